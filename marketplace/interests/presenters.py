"""How interests look to those who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.audit.models import AuditEntry
from marketplace.audit.presenters import timeline
from marketplace.core.actor import Actor
from marketplace.core.text import _
from marketplace.interests.lifecycle import InterestState, Side
from marketplace.interests.models import Interest, InterestMessage
from marketplace.interests.policies import is_of_seeker
from marketplace.organisations.models import Organisation

KIND = "interest"
WAITING, ANSWERED, CLOSED = _("待你方答复"), _("等对方答复"), _("已结束")
SIDE_LABELS: Mapping[str, str] = {
    Side.SEEKER: _("意向单位"),
    Side.OWNER: _("成果单位"),
    "operator": _("运营专员"),
}
ACTION_LABELS: Mapping[str, str] = {
    "express": _("表达合作意向"),
    "reply": _("写消息"),
    "close": _("结束意向"),
    "reopen": _("重新表达意向"),
    "inspect": _("查看往来内容"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """``other`` is the organisation that the reader does not belong to; for an operator the interested one."""

    public_id: str
    title: str
    title_en: str | None
    other: Organisation
    other_label: str
    state_label: str
    tone: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it stands on the page."""

    side_label: str
    organisation: Organisation
    body: str
    sent_at: datetime


def as_row(interest: Interest, actor: Actor) -> Row:
    mine = Side.SEEKER if is_of_seeker(actor, interest) else Side.OWNER
    is_open = interest.state is InterestState.OPEN
    return Row(
        public_id=interest.public_id,
        title=interest.achievement.title,
        title_en=interest.achievement.title_en,
        other=interest.achievement.organisation if mine is Side.SEEKER else interest.organisation,
        other_label=SIDE_LABELS[mine.other],
        state_label=(WAITING if interest.awaits is mine else ANSWERED) if is_open else CLOSED,
        tone="notice" if is_open and interest.awaits is mine else "muted",
        last_at=interest.last_at,
    )


def as_lines(interest: Interest, messages: Sequence[InterestMessage]) -> list[Line]:
    """By organisation and never by person: the two deal with each other."""
    organisations = {Side.SEEKER: interest.organisation, Side.OWNER: interest.achievement.organisation}
    return [Line(SIDE_LABELS[one.side], organisations[one.side], one.body, one.sent_at) for one in messages]


def history(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    return timeline(entries, ACTION_LABELS, SIDE_LABELS)


def title(interest: Interest) -> str:
    return interest.achievement.title
