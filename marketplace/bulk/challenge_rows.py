"""A row of a file as a challenge: its columns, its draft, what is wrong with it, and how it is written."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bulk.cells import (
    Reader,
    amount_wan,
    as_text,
    day,
    is_to_be_discussed,
    moment,
    one_of,
    several_of,
    text,
    texts,
    whole,
    words_of,
    words_of_pairs,
    yes_no,
)
from marketplace.bulk.fields import Field, drafted
from marketplace.bulk.indicator_cells import read_indicators, show_indicators
from marketplace.bulk.showing import NO, YES, as_it_is, as_list, labelled, minute, several, wan
from marketplace.bulk.vocabulary import (
    LONG_TEXT,
    MOST_TOPICS,
    SUMMARY,
    SUMMARY_EN,
    area_words,
    direction_words,
    named,
    names_of,
    room,
)
from marketplace.challenges import timing
from marketplace.challenges.completeness import NO_MATTER
from marketplace.challenges.kinds import KIND_LABELS, PARTICULARS, Input, Particular, particulars_of
from marketplace.challenges.models import Challenge
from marketplace.challenges.presenters import DISCLOSURE_LABELS, IP_LABELS, SECRECY_LABELS
from marketplace.challenges.services import ChallengeDraft, Step, advance_challenge, draft_challenge, facts_of
from marketplace.core.actor import Actor
from marketplace.core.calendar import BEIJING, day_of
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, WANTED

LONGEST_BIDDING_DAYS = 3650
DEFAULT_BIDDING_DAYS = 60
"""For a published row without a closing date (default of ours: what is imported is often read later)."""
CLOSING_TIME = time(17)
"""Where only a number of days is said: in the afternoon in Beijing, when people are there."""
PARTICULAR = "particulars."
INDICATORS_HELP = _("一行一项，各段用竖线分开：指标 | 要求 | 目标值 | 单位 | 检测方法 | 必达，后面的段可以省略")
CLOSES_HELP = _("例如 2027-03-31 或 2027-03-31 17:00，北京时间。")
IN_DAYS_HELP = _("与截止时间只填一个。")
MATTER = ("summary", "background", "problem", "scope")

NOT_OF_THIS_KIND = _("“%(kind)s”类榜单没有这一项。")
CLOSE_TWICE = _("closes_at 与 closes_in_days 只填一个。")


def budget(cell: object) -> int:
    """An amount in 万元 as fen; 面议 is 0."""
    return 0 if is_to_be_discussed(cell) else amount_wan(cell)


def fields_of(catalogue: Catalogue) -> tuple[Field, ...]:
    directions = direction_words(catalogue)
    wanted = words_of({mode: COOPERATION_LABELS[mode] for mode in WANTED})
    direction, in_words = named(catalogue.directions), names_of(catalogue.directions)
    modes = tuple(COOPERATION_LABELS[mode] for mode in WANTED)
    return (
        _choice("kind", _("类型"), KIND_LABELS, is_required=True),
        Field("title", _("标题"), text(room(Challenge.title)), is_required=True),
        Field("title_en", _("英文标题"), text(room(Challenge.title_en))),
        Field("summary", _("公开摘要"), text(SUMMARY), help=_("两三句话，公开。")),
        Field("summary_en", _("英文摘要"), text(SUMMARY_EN)),
        Field("background", _("背景与现状"), text(LONG_TEXT)),
        Field("problem", _("要解决的问题"), text(LONG_TEXT)),
        Field("scope", _("研究内容"), text(LONG_TEXT)),
        Field("direction", _("方向"), one_of(directions), show=direction, choices=in_words),
        Field(
            "other_directions", _("其他相关方向"), several_of(directions), show=several(direction), choices=in_words,
            takes_several=True,
        ),
        Field("topics", _("技术关键词"), texts(MOST_TOPICS), show=as_list, takes_several=True),
        Field("indicators", _("考核指标"), read_indicators, show=show_indicators, help=INDICATORS_HELP),
        Field("budget_wan", _("榜额（万元）"), budget, to="budget_fen", show=wan, help=_("填数字；面议写“面议”。")),
        Field("months", _("周期（月）"), whole(1, 120)),
        Field("readiness", _("成熟度起点"), whole(1, 9), to="readiness_wanted", help=_("1 到 9 级。")),
        _choice("ip_terms", _("知识产权"), IP_LABELS),
        _choice("secrecy", _("密级"), SECRECY_LABELS, help=_("不收国家秘密。")),
        _choice("disclosure", _("公开范围"), DISCLOSURE_LABELS),
        Field("is_anonymous", _("匿名发榜"), yes_no, choices=(YES, NO)),
        Field(
            "cooperation", _("合作方式"), several_of(wanted), show=several(labelled(COOPERATION_LABELS)), choices=modes,
            takes_several=True,
        ),
        Field(
            "area", _("街镇/园区"), one_of(area_words(catalogue)), show=named(catalogue.areas),
            choices=names_of(catalogue.areas),
        ),
        Field("closes_at", _("截止时间"), moment, to="wanted_close_at", show=minute, help=CLOSES_HELP),
        Field("closes_in_days", _("几天后截止"), whole(1, LONGEST_BIDDING_DAYS), help=IN_DAYS_HELP),
        *_particular_fields(),
    )  # fmt: skip


def _choice(name: str, label: str, labels: Mapping[Any, str], **more: Any) -> Field:
    choices = tuple(labels.values())
    return Field(name, label, one_of(words_of(labels)), show=labelled(labels), choices=choices, **more)


def _particular_fields() -> list[Field]:
    return [
        Field(
            f"{PARTICULAR}{entry.name}",
            entry.label,
            _reader_of(entry),
            show=labelled(dict(entry.choices)) if entry.choices else as_it_is,
            choices=tuple(label for _code, label in entry.choices),
            help=KIND_LABELS[kind],
        )
        for kind, entries in PARTICULARS.items()
        for entry in entries
    ]


def _reader_of(entry: Particular) -> Reader[Any]:
    if entry.input is Input.CHOICE:
        return one_of(words_of_pairs(entry.choices))
    if entry.input is Input.WAN:
        return _amount_as_typed
    return {Input.LINE: text(200), Input.TEXT: text(2000), Input.DAY: day}[entry.input]


def _amount_as_typed(cell: object) -> str:
    amount_wan(cell)
    return as_text(cell)


def values_of(challenge: Challenge) -> dict[str, Any]:
    """What is stored, by what a draft calls it. Indicators must be loaded."""
    particulars = {f"{PARTICULAR}{name}": value for name, value in challenge.particulars.items()}
    return facts_of(challenge) | {"indicators": challenge.indicators} | particulars


def to_draft(values: Mapping[str, Any], now: datetime) -> ChallengeDraft:
    """``values`` as the fields read them; days are counted from ``now``."""
    particulars = {
        name.removeprefix(PARTICULAR): value for name, value in values.items() if name.startswith(PARTICULAR)
    }
    return drafted(ChallengeDraft, {**values, "wanted_close_at": _closing(values, now)}, particulars=particulars)


def faults_of(values: Mapping[str, Any], now: datetime, *, publishes: bool) -> dict[str, Message]:
    """What is wrong between the columns of a row, by the field's name."""
    kind = values["kind"]
    own = {f"{PARTICULAR}{entry.name}" for entry in particulars_of(kind)}
    faults = {
        name: say(NOT_OF_THIS_KIND, kind=say(KIND_LABELS[kind]))
        for name in values
        if name.startswith(PARTICULAR) and name not in own
    }
    if "wanted_close_at" in values and "closes_in_days" in values:
        faults["closes_in_days"] = say(CLOSE_TWICE)
    if publishes and not any(values.get(name) for name in MATTER):
        faults["problem"] = say(NO_MATTER)
    closes_at = _closing(values, now)
    if publishes and closes_at is not None and closes_at < now + timing.SHORTEST_BIDDING:
        column = "closes_in_days" if "closes_in_days" in values else "closes_at"
        faults.setdefault(column, say(timing.CLOSE_IN_PAST))
    return faults


def write(
    session: Session, actor: Actor, organisation_id: int, draft: ChallengeDraft, *, publishes: bool, now: datetime
) -> str:
    """Draft it, and publish it as it came where that was asked for; the public id."""
    challenge = draft_challenge(session, actor, organisation_id=organisation_id, draft=draft, now=now)
    if publishes:
        step = Step(bids_close_at=draft.wanted_close_at or _afternoon(now, DEFAULT_BIDDING_DAYS))
        advance_challenge(session, actor, challenge, "import_publish", step=step, now=now)
    return challenge.public_id


def _closing(values: Mapping[str, Any], now: datetime) -> datetime | None:
    days = values.get("closes_in_days")
    return values.get("wanted_close_at") if days is None else _afternoon(now, days)


def _afternoon(now: datetime, days: int) -> datetime:
    return datetime.combine(day_of(now) + timedelta(days=days), CLOSING_TIME, BEIJING)
