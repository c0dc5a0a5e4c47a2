"""Scopes (pure): what a token may be used for, ``<resource>:read`` or ``<resource>:write``."""

from collections.abc import Iterable, Mapping

from marketplace.core.text import Message, _

SCOPE_LABELS: Mapping[str, str] = {
    "account:read": _("账户：读取"),
    "organisations:read": _("单位：读取"),
    "organisations:write": _("单位：登记、修改和流程"),
    "challenges:read": _("榜单：读取"),
    "challenges:write": _("榜单：建立、修改和流程"),
    "achievements:read": _("成果：读取"),
    "achievements:write": _("成果：建立、修改和流程"),
    "questions:read": _("提问与澄清：读取"),
    "questions:write": _("提问与澄清：提问、答复和澄清"),
    "approvals:read": _("单位内部审核：读取"),
    "approvals:write": _("单位内部审核：提请、放行和退回"),
}
"""Every scope with its words, in the order in which they are offered. What anybody may read needs none."""

SCOPES = tuple(SCOPE_LABELS)
SCOPE_ASKED = _("请至少选择一项权限。")
NO_SUCH_SCOPE = _("没有权限“%(scope)s”。")


def fault_of(scopes: Iterable[str]) -> Message | None:
    """What is wrong with a choice of scopes; None where nothing is."""
    chosen = list(scopes)
    if not chosen:
        return Message(SCOPE_ASKED)
    unknown = next((scope for scope in chosen if scope not in SCOPE_LABELS), None)
    return Message(NO_SUCH_SCOPE, {"scope": unknown}) if unknown is not None else None


def in_order(scopes: Iterable[str]) -> list[str]:
    """Each once, as they are listed."""
    chosen = set(scopes)
    return [scope for scope in SCOPES if scope in chosen]
