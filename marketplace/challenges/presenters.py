"""How a challenge looks from outside: the words for its facts, its row in a list, its search document and profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.audit.models import AuditEntry
from marketplace.audit.presenters import timeline
from marketplace.challenges.indicators import target_text
from marketplace.challenges.kinds import KIND_LABELS, particulars_of
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Disclosure, Indicator, IpTerms
from marketplace.challenges.policies import POLICY
from marketplace.challenges.timing import Phase, phase_of, remaining
from marketplace.core import secrecy
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.presenters import all_directions
from search.documents import SearchDocument
from search.matching.profile import NeedProfile

KIND = "challenge"
STATE_LABELS: Mapping[ChallengeState, str] = {
    ChallengeState.DRAFT: _("草稿"),
    ChallengeState.SUBMITTED: _("待审核"),
    ChallengeState.RETURNED: _("已退回"),
    ChallengeState.REJECTED: _("未予受理"),
    ChallengeState.SCHEDULED: _("待定时发榜"),
    ChallengeState.OPEN: _("揭榜中"),
    ChallengeState.WITHDRAWN: _("已撤榜"),
    ChallengeState.TAKEN_DOWN: _("已紧急下架"),
}
CLOSED_LABEL = _("揭榜已截止")
TONES: Mapping[ChallengeState, str] = {
    ChallengeState.OPEN: "open",
    ChallengeState.SUBMITTED: "notice",
    ChallengeState.SCHEDULED: "notice",
    ChallengeState.RETURNED: "bad",
    ChallengeState.REJECTED: "bad",
    ChallengeState.TAKEN_DOWN: "bad",
}
ACTION_LABELS: Mapping[str, str] = {
    "draft": _("建立草稿"),
    "edit": _("修改"),
    "submit": _("提交审核"),
    "recall": _("撤回修改"),
    "return": _("退回修改"),
    "reject": _("不予受理"),
    "schedule": _("定时发榜"),
    "publish": _("发榜"),
    "import_publish": _("导入并发榜"),
    "extend": _("延长揭榜截止时间"),
    "withdraw": _("撤榜"),
    "takedown": _("紧急下架"),
    "restore": _("恢复公开"),
    "attach": _("添加附件"),
    "detach": _("删除附件"),
    "remove_infected": _("附件含病毒，已删除"),
    "ask": _("收到提问"),
    "answer": _("答复提问"),
    "hide_question": _("隐藏提问"),
    "clarify": _("发布澄清"),
}
IP_LABELS: Mapping[IpTerms, str] = {
    IpTerms.POSTER: _("归发榜方"),
    IpTerms.SOLVER: _("归揭榜方"),
    IpTerms.SHARED: _("双方共有"),
    IpTerms.EXCLUSIVE_LICENCE: _("归揭榜方，发榜方独占许可"),
    IpTerms.NEGOTIABLE: _("面议"),
}
SECRECY_LABELS = secrecy.SECRECY_LABELS
DISCLOSURE_LABELS: Mapping[Disclosure, str] = {
    Disclosure.FULL: _("全文公开"),
    Disclosure.SUMMARY: _("只公开标题、摘要和指标名称"),
}
ROLE_LABELS: Mapping[str, str] = {
    "poster": _("发榜单位"),
    "operator": _("运营专员"),
    "system": _("系统"),
    "asker": _("提问方"),
}
ANONYMOUS_POSTER = _("匿名发榜单位")
TO_BE_DISCUSSED = _("面议")


SORT_LABELS = {"newest": _("最新"), "closing": _("截止最近"), "budget": _("榜额最高")}
PHASE_LABELS: Mapping[Phase, str] = {Phase.BIDDING: _("揭榜中"), Phase.CLOSED: CLOSED_LABEL}
BUDGET_STEPS_WAN = (50, 100, 300, 500)
MEASURED = frozenset({ChallengeState.DRAFT, ChallengeState.RETURNED, ChallengeState.SUBMITTED})
"""States in which the text can still get better, so that its completeness is worth showing."""


@dataclass(slots=True)
class Row:
    """A challenge as lists show it; ``budget_fen`` 0 is to be discussed, None not said."""

    public_id: str
    title: str
    title_en: str | None
    number: str | None
    kind_label: str
    direction: str | None
    organisation: str
    organisation_en: str | None
    organisation_id: str | None
    budget_fen: int | None
    state_label: str
    tone: str
    remaining: Message | None
    updated_at: datetime
    state_reason: str | None


def as_row(challenge: Challenge, actor: Actor, *, now: datetime) -> Row:
    """Hides who posts an anonymous challenge from all who may not see it."""
    is_named = POLICY["see_poster"](actor, challenge)
    poster, reason = challenge.organisation, challenge.state_reason
    phase = phase_of(challenge.state, challenge.bids_close_at, now=now)
    closes_at = challenge.bids_close_at
    return Row(
        public_id=challenge.public_id,
        title=challenge.title,
        title_en=challenge.title_en,
        number=challenge.number,
        kind_label=KIND_LABELS[challenge.kind],
        direction=challenge.direction,
        organisation=poster.name if is_named else ANONYMOUS_POSTER,
        organisation_en=poster.name_en if is_named else None,
        organisation_id=poster.public_id if is_named else None,
        budget_fen=challenge.budget_fen,
        state_label=CLOSED_LABEL if phase is Phase.CLOSED else STATE_LABELS[challenge.state],
        tone="muted" if phase is Phase.CLOSED else TONES.get(challenge.state, "muted"),
        remaining=remaining(closes_at, now=now) if phase is Phase.BIDDING and closes_at else None,
        updated_at=challenge.updated_at,
        state_reason=reason if reason and POLICY["see_history"](actor, challenge) else None,
    )


def steps_of(challenge: Challenge, *, now: datetime) -> list[dict[str, object]]:
    """The way of a challenge as far as this part of the product goes: label, note (an instant), status."""
    S, state = ChallengeState, challenge.state  # noqa: N806
    is_closed = phase_of(state, challenge.bids_close_at, now=now) is Phase.CLOSED
    reached = {S.DRAFT: 0, S.RETURNED: 0, S.SUBMITTED: 1, S.SCHEDULED: 2, S.OPEN: 4 if is_closed else 3}.get(state)
    if reached is None:
        return []
    marks = (
        (_("填写"), challenge.created_at),
        (_("审核"), challenge.submitted_at if reached else None),
        (_("发榜"), challenge.published_at or challenge.publish_at),
        (_("揭榜"), challenge.bids_close_at),
    )
    return [
        {
            "label": label,
            "note": note,
            "status": "done" if i < reached else "now" if i == reached else "todo",
            "is_deadline": i == len(marks) - 1,
        }
        for i, (label, note) in enumerate(marks)
    ]


def history(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    """What happened to it, in words."""
    return timeline(entries, ACTION_LABELS, ROLE_LABELS)


def particulars_shown(challenge: Challenge) -> list[tuple[str, str]]:
    """(label, value) of what this kind asks beyond the common form; choices in words."""
    shown = []
    for entry in particulars_of(challenge.kind):
        value = challenge.particulars.get(entry.name)
        if value not in (None, ""):
            shown.append((entry.label, dict(entry.choices).get(str(value), str(value))))
    return shown


def target_of(row: Indicator) -> str:
    return target_text(row.comparator, row.target, row.target_upper, row.unit)


def as_document(challenge: Challenge) -> SearchDocument | None:
    """What the index may hold: only what a visitor reads. None where a visitor sees nothing."""
    if not POLICY["view"](ANONYMOUS, challenge):
        return None
    is_told = POLICY["see_details"](ANONYMOUS, challenge)
    is_named = POLICY["see_poster"](ANONYMOUS, challenge)
    parts = [challenge.summary, challenge.title_en, challenge.summary_en]
    parts += [row.name for row in challenge.indicators]
    if is_told:
        parts += [challenge.background, challenge.problem, challenge.scope]
        parts += [value for _label, value in particulars_shown(challenge)]
    if is_named:
        parts.append(challenge.organisation.name)
    return SearchDocument(
        key=f"{KIND}:{challenge.public_id}",
        kind=KIND,
        version=challenge.version,
        title=challenge.title,
        body="\n".join(part for part in [*parts, *challenge.topics] if part),
        summary=challenge.summary or "",
        number=challenge.number or "",
        directions=all_directions(challenge.direction, challenge.other_directions),
        topics=tuple(challenge.topics),
        readiness=challenge.readiness_wanted,
        area=challenge.area,
        budget_fen=challenge.budget_fen,
        cooperation=tuple(challenge.cooperation),
        state=challenge.state.value,
        published_at=challenge.published_at,
    )


def as_need(challenge: Challenge) -> NeedProfile:
    """What this challenge wants, for matching: public words only, since the other side reads the reasons."""
    is_told = POLICY["see_details"](ANONYMOUS, challenge)
    details = (challenge.background, challenge.problem, challenge.scope) if is_told else ()
    parts = (challenge.summary, *details, "；".join(challenge.topics))
    return NeedProfile(
        key=f"{KIND}:{challenge.public_id}",
        title=challenge.title,
        text="\n".join(part for part in parts if part),
        indicators=tuple(row.name for row in challenge.indicators),
        directions=all_directions(challenge.direction, challenge.other_directions),
        topics=tuple(challenge.topics),
        readiness=challenge.readiness_wanted,
        budget_fen=challenge.budget_fen,
        area=challenge.area,
        cooperation=tuple(challenge.cooperation),
    )


def budget_words(budget_fen: int | None) -> Message | None:
    return say(TO_BE_DISCUSSED) if budget_fen == 0 else None
