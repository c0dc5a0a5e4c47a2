"""The terms of service and privacy (pure): which version is in force. Their words stand in ``accounts/_terms.html``."""

from marketplace.core.text import _

VERSION = "2026-11"
"""Raise it with every new text: everybody is asked again at their next sign-in."""

CONSENT_ASKED = _("请先阅读并同意服务条款与隐私说明（当前版本）。")
