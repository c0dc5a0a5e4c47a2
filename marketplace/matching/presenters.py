"""Matches in words: the reasons of the search package as labels and texts that the edge translates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.money import Amount
from marketplace.core.text import Message, _, say
from marketplace.matching.models import Band, Match

BAND_LABELS: Mapping[Band, str] = {Band.STRONG: _("强"), Band.MEDIUM: _("中"), Band.WEAK: _("弱")}
READY = _("%(offered)s 级，达到要求的 %(wanted)s 级")
NOT_READY = _("%(offered)s 级，低于要求的 %(wanted)s 级")
AFFORDABLE = _("要价 %(price)s起，在榜额 %(budget)s之内")
TOO_DEAR = _("要价 %(price)s起，超过榜额 %(budget)s")
SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason: its label, and terms, codes of directions or industries, an area's code, or a sentence."""

    label: str
    terms: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    area: str | None = None
    words: Message | None = None
    missing: tuple[str, ...] = ()
    is_lacking: bool = False


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A match as pages show it; ``row`` is the list row of the thing it points to."""

    band: str
    band_label: str
    percent: int
    row: Any
    endpoint: str
    argument: str
    object_id: str
    reasons: tuple[ReasonRow, ...]
    for_title: str | None = None


def as_row(match: Match, row: Any, endpoint: str, *, for_title: str | None = None) -> MatchRow:
    return MatchRow(
        band=match.band.value,
        band_label=BAND_LABELS[match.band],
        percent=round(match.score * 100),
        row=row,
        endpoint=endpoint,
        argument=f"{match.object_kind}_id",
        object_id=match.object_id,
        reasons=tuple(_WORDS[reason["kind"]](reason["values"]) for reason in match.reasons if reason["kind"] in _WORDS),
        for_title=for_title,
    )


def as_text(reason: Mapping[str, Any], names: Callable[[str], str]) -> str | None:
    """A reason as one Chinese sentence, for files; ``names`` words the codes of directions, industries and areas."""
    if reason["kind"] not in _WORDS:
        return None
    row = _WORDS[reason["kind"]](reason["values"])
    codes = (*row.directions, *row.industries, *([row.area] if row.area else []))
    named = SEPARATOR.join([*row.terms, *row.missing, *(names(code) for code in codes)])
    said = str(row.words) if row.words else f"没有提到{named}" if row.missing else named
    return f"{row.label}：{said}"


def _terms(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("共同术语"), terms=tuple(values))


def _topics(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("关键词"), terms=tuple(values))


def _direction(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("方向"), directions=tuple(values))


def _industry(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("同一产业"), industries=tuple(values))


def _area(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("同一区域"), area=str(values[0]))


def _ready(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("成熟度"), words=say(READY, offered=values[0], wanted=values[1]))


def _not_ready(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("成熟度"), words=say(NOT_READY, offered=values[0], wanted=values[1]), is_lacking=True)


def _affordable(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("预算"), words=say(AFFORDABLE, price=Amount(values[0]), budget=Amount(values[1])))


def _too_dear(values: Sequence[Any]) -> ReasonRow:
    words = say(TOO_DEAR, price=Amount(values[0]), budget=Amount(values[1]))
    return ReasonRow(_("预算"), words=words, is_lacking=True)


def _missing(values: Sequence[Any]) -> ReasonRow:
    return ReasonRow(_("还缺"), missing=tuple(values), is_lacking=True)


_WORDS: Mapping[str, Callable[[Sequence[Any]], ReasonRow]] = {
    "terms": _terms,
    "topics": _topics,
    "direction": _direction,
    "industry": _industry,
    "area": _area,
    "readiness": _ready,
    "readiness_gap": _not_ready,
    "budget": _affordable,
    "budget_gap": _too_dear,
    "missing": _missing,
}
