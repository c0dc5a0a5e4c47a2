"""How an achievement looks from outside: words for its facts, its row in a list, its search document and profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement, Figure
from marketplace.achievements.policies import POLICY
from marketplace.achievements.timing import has_expired, last_day_of, remaining
from marketplace.audit.models import AuditEntry
from marketplace.audit.presenters import timeline
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.calendar import beijing, day_of
from marketplace.core.money import Amount
from marketplace.core.quantity import quantity_text
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, Cooperation
from marketplace.taxonomy.presenters import all_directions
from search.documents import SearchDocument
from search.matching.profile import OfferProfile

KIND = "achievement"
STATE_LABELS: Mapping[AchievementState, str] = {
    AchievementState.DRAFT: _("草稿"),
    AchievementState.SUBMITTED: _("待审核"),
    AchievementState.RETURNED: _("已退回"),
    AchievementState.REJECTED: _("未予受理"),
    AchievementState.SCHEDULED: _("待定时挂牌"),
    AchievementState.LISTED: _("挂牌中"),
    AchievementState.EXPIRED: _("挂牌已到期"),
    AchievementState.WITHDRAWN: _("已撤下"),
    AchievementState.TAKEN_DOWN: _("已紧急下架"),
}
TONES: Mapping[AchievementState, str] = {
    AchievementState.LISTED: "open",
    AchievementState.SUBMITTED: "notice",
    AchievementState.SCHEDULED: "notice",
    AchievementState.RETURNED: "bad",
    AchievementState.REJECTED: "bad",
    AchievementState.TAKEN_DOWN: "bad",
}
ACTION_LABELS: Mapping[str, str] = {
    "draft": _("建立草稿"),
    "edit": _("修改"),
    "submit": _("提交审核"),
    "recall": _("撤回修改"),
    "return": _("退回修改"),
    "reject": _("不予受理"),
    "schedule": _("定时挂牌"),
    "publish": _("挂牌"),
    "import_publish": _("导入并挂牌"),
    "renew": _("续期"),
    "expire": _("到期撤下"),
    "withdraw": _("撤下"),
    "takedown": _("紧急下架"),
    "restore": _("恢复公开"),
    "attach": _("添加附件"),
    "detach": _("删除附件"),
    "remove_infected": _("附件含病毒，已删除"),
}
ROLE_LABELS: Mapping[str, str] = {
    "owner": _("成果单位"),
    "operator": _("运营专员"),
    "system": _("系统"),
}
TO_BE_DISCUSSED = _("面议")
SORT_LABELS = {"newest": _("最新"), "readiness": _("成熟度最高"), "price": _("价格最低")}
READINESS_STEPS = (4, 6, 8)
PRICE_STEPS_WAN = (50, 100, 300, 500)
MEASURED = frozenset({AchievementState.DRAFT, AchievementState.RETURNED, AchievementState.SUBMITTED})
"""States in which the text can still get better, so that its completeness is worth showing."""


@dataclass(frozen=True, slots=True)
class Row:
    """An achievement as lists show it; ``price`` is said in words."""

    public_id: str
    title: str
    title_en: str | None
    number: str | None
    direction: str | None
    organisation: str
    organisation_en: str | None
    organisation_id: str
    readiness: int | None
    cooperation: tuple[str, ...]
    price: Message | Amount
    state_label: str
    tone: str
    remaining: Message | None
    is_over: bool
    updated_at: datetime
    state_reason: str | None


def as_row(achievement: Achievement, actor: Actor, *, now: datetime) -> Row:
    owner, reason = achievement.organisation, achievement.state_reason
    state = shown_state(achievement, now=now)
    until = achievement.listed_until if state is AchievementState.LISTED else None
    return Row(
        public_id=achievement.public_id,
        title=achievement.title,
        title_en=achievement.title_en,
        number=achievement.number,
        direction=achievement.direction,
        organisation=owner.name,
        organisation_en=owner.name_en,
        organisation_id=owner.public_id,
        readiness=achievement.readiness,
        cooperation=cooperation_labels(achievement),
        price=price_words(achievement.price_min_fen, achievement.price_max_fen),
        state_label=STATE_LABELS[state],
        tone=TONES.get(state, "muted"),
        remaining=remaining(until, now=now) if until else None,
        is_over=state is AchievementState.EXPIRED,
        updated_at=achievement.updated_at,
        state_reason=reason if reason and POLICY["see_history"](actor, achievement) else None,
    )


def shown_state(achievement: Achievement, *, now: datetime) -> AchievementState:
    """A listing whose last moment has passed is shown as expired, whether or not a worker has run since."""
    is_over = achievement.state is AchievementState.LISTED and has_expired(achievement.listed_until, now=now)
    return AchievementState.EXPIRED if is_over else achievement.state


def steps_of(achievement: Achievement, *, now: datetime) -> list[dict[str, Any]]:
    """The way of a listing: label, note (a day in Beijing), status."""
    S = AchievementState  # noqa: N806
    places = {S.DRAFT: 0, S.RETURNED: 0, S.SUBMITTED: 1, S.SCHEDULED: 2, S.LISTED: 2, S.EXPIRED: 3}
    reached = places.get(shown_state(achievement, now=now))
    if reached is None:
        return []
    listed_at, until = achievement.published_at or achievement.publish_at, achievement.listed_until
    marks = (
        (_("填写"), day_of(achievement.created_at)),
        (_("审核"), day_of(achievement.submitted_at) if reached and achievement.submitted_at else None),
        (_("挂牌"), day_of(listed_at) if listed_at else None),
        (_("到期"), last_day_of(until) if until else None),
    )
    return [
        {"label": label, "note": note, "status": "done" if i < reached else "now" if i == reached else "todo"}
        for i, (label, note) in enumerate(marks)
    ]


def history(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    """What happened to it, in words."""
    return timeline(entries, ACTION_LABELS, ROLE_LABELS)


def cooperation_labels(achievement: Achievement) -> tuple[str, ...]:
    return tuple(COOPERATION_LABELS[Cooperation(mode)] for mode in achievement.cooperation)


def price_words(min_fen: int | None, max_fen: int | None) -> Message | Amount:
    """One price, a range, or to be discussed."""
    if min_fen is None:
        return say(TO_BE_DISCUSSED)
    return Amount(min_fen, max_fen)


def figure_text(figure: Figure) -> str:
    """``0.072 S/cm``: the value with its unit."""
    return quantity_text(figure.value, figure.unit)


def as_document(achievement: Achievement) -> SearchDocument | None:
    """What the index may hold: only what a visitor reads. None where a visitor sees nothing."""
    if not POLICY["view"](ANONYMOUS, achievement):
        return None
    parts = [achievement.summary, achievement.description, achievement.title_en, achievement.summary_en]
    parts += [f"{row.name} {figure_text(row)}" for row in achievement.figures]
    parts += [achievement.organisation.name, *achievement.inventors, *achievement.topics]
    return SearchDocument(
        key=f"{KIND}:{achievement.public_id}",
        kind=KIND,
        version=achievement.version,
        title=achievement.title,
        body="\n".join(part for part in parts if part),
        summary=achievement.summary or "",
        number=achievement.number or "",
        codes=tuple(achievement.patents),
        directions=all_directions(achievement.direction, achievement.other_directions),
        topics=tuple(achievement.topics),
        readiness=achievement.readiness,
        area=achievement.area,
        budget_fen=achievement.price_min_fen or 0,
        cooperation=tuple(achievement.cooperation),
        state=achievement.state.value,
        published_at=beijing(achievement.published_at) if achievement.published_at else None,
    )


def as_offer(achievement: Achievement) -> OfferProfile:
    """What this achievement offers, for matching: the other side reads the reasons, and all of it is public."""
    parts = (achievement.summary, achievement.description, "；".join(achievement.topics))
    return OfferProfile(
        key=f"{KIND}:{achievement.public_id}",
        title=achievement.title,
        text="\n".join(part for part in parts if part),
        indicators=tuple(f"{row.name} {figure_text(row)}" for row in achievement.figures),
        directions=all_directions(achievement.direction, achievement.other_directions),
        topics=tuple(achievement.topics),
        readiness=achievement.readiness,
        price_fen=achievement.price_min_fen,
        area=achievement.area,
        cooperation=tuple(achievement.cooperation),
    )
