"""What each kind of challenge asks beyond the common form (pure data).

Source: the demand form of the field (需求征集表); a scene offers a site, data or a permit instead of money, a transfer
seeks a project for an achievement, a procurement names what is bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.text import _


class ChallengeKind(StrEnum):
    RESEARCH = "research"
    SCENE = "scene"
    TRANSFER = "transfer"
    PROCUREMENT = "procurement"


KIND_LABELS: Mapping[ChallengeKind, str] = {
    ChallengeKind.RESEARCH: _("技术攻关"),
    ChallengeKind.SCENE: _("场景"),
    ChallengeKind.TRANSFER: _("成果转化"),
    ChallengeKind.PROCUREMENT: _("采购需求"),
}
KIND_HINTS: Mapping[ChallengeKind, str] = {
    ChallengeKind.RESEARCH: _("有明确指标的技术难题，找团队攻关"),
    ChallengeKind.SCENE: _("开放场地、数据或许可，找技术来验证，结果出应用证明"),
    ChallengeKind.TRANSFER: _("为一项成果找团队、落地空间和资金"),
    ChallengeKind.PROCUREMENT: _("要采购的新技术产品或服务"),
}


class Input(StrEnum):
    """How a particular is typed."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    WAN = "wan"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Particular:
    """One entry that only some kinds ask for; ``is_required`` when the challenge is submitted."""

    name: str
    label: str
    input: Input = Input.LINE
    is_required: bool = False
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()


OFFERS = (("site", _("场地")), ("data", _("数据")), ("permit", _("许可")))

PARTICULARS: Mapping[ChallengeKind, tuple[Particular, ...]] = {
    ChallengeKind.RESEARCH: (),
    ChallengeKind.SCENE: (
        Particular("offered", _("提供什么"), Input.CHOICE, is_required=True, choices=OFFERS),
        Particular("place", _("场景地点"), is_required=True),
        Particular("window_from", _("开放起始日"), Input.DAY, is_required=True),
        Particular("window_to", _("开放截止日"), Input.DAY, is_required=True),
        Particular(
            "safety_duties", _("安全责任"), Input.TEXT, is_required=True, help=_("谁负责现场安全、保险和数据安全")
        ),
        Particular("outcome", _("验证结果"), help=_("例如：出具应用证明")),
    ),
    ChallengeKind.TRANSFER: (
        Particular("team", _("需要的团队"), Input.TEXT, is_required=True),
        Particular("landing_place", _("落地空间")),
        Particular("funds_wan", _("配套资金（万元）"), Input.WAN),
        Particular("expected_output", _("预期产出"), Input.TEXT, is_required=True),
    ),
    ChallengeKind.PROCUREMENT: (
        Particular("quantity", _("采购数量"), is_required=True),
        Particular("delivery_by", _("交付期限"), is_required=True),
        Particular("acceptance", _("验收方式"), Input.TEXT, is_required=True),
    ),
}

NEEDS_INDICATORS = frozenset({ChallengeKind.RESEARCH, ChallengeKind.SCENE, ChallengeKind.PROCUREMENT})
NEEDS_BUDGET = frozenset({ChallengeKind.RESEARCH, ChallengeKind.PROCUREMENT})
"""A scene pays with its site, a transfer with its own funds: for both the amount may stay empty."""


def particulars_of(kind: ChallengeKind) -> tuple[Particular, ...]:
    return PARTICULARS[kind]
