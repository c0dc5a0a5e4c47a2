"""合作方式: the ways two sides may work together, as achievements offer and challenges want them (pure)."""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.core.text import _


class Cooperation(StrEnum):
    TRANSFER = "transfer"
    LICENCE = "licence"
    EQUITY = "equity"
    JOINT_DEVELOPMENT = "joint_development"
    COMMISSIONED = "commissioned"
    CONSULTING = "consulting"
    FREE_TRIAL = "free_trial"


C = Cooperation
COOPERATION_LABELS: Mapping[Cooperation, str] = {
    C.TRANSFER: _("转让"),
    C.LICENCE: _("许可"),
    C.EQUITY: _("作价入股"),
    C.JOINT_DEVELOPMENT: _("合作开发"),
    C.COMMISSIONED: _("委托开发"),
    C.CONSULTING: _("技术咨询"),
    C.FREE_TRIAL: _("先用后转"),
}

OFFERED = (C.TRANSFER, C.LICENCE, C.EQUITY, C.JOINT_DEVELOPMENT, C.FREE_TRIAL)
"""What the owner of an achievement may offer, in the order of the form."""
WANTED = (C.JOINT_DEVELOPMENT, C.COMMISSIONED, C.LICENCE, C.TRANSFER, C.EQUITY, C.CONSULTING)
"""What the poster of a challenge may ask for, in the order of the form."""
