"""Why an offer was matched with a need (匹配理由): facts in structured form; whoever shows them makes the sentences."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from search.analysis.analyser import Analyser
from search.analysis.phrases import spelling
from search.analysis.tokens import tokens
from search.matching.common_words import common_words, word_value
from search.matching.features import industries
from search.matching.profile import NeedProfile, OfferProfile, whole_text
from search.matching.words import trimmed
from search.statistics import TermStatistics

ReasonKind = Literal[
    "terms",
    "direction",
    "industry",
    "topics",
    "readiness",
    "readiness_gap",
    "budget",
    "budget_gap",
    "area",
    "missing",
]

MOST_TERMS = 6
MOST_MISSING = 3

_TEXT_THAT_TELLS = 60
_MENTIONED_SHARE = 0.5
_CONCEPT_BONUS = 1.2
_NAME = re.compile(r"[^\d≥≤<>=≧≦＞＜＝:：（(±~～，,。；;]+")
_COMPARISON = re.compile(
    "(?:不低于|不小于|不少于|不高于|不大于|不超过|大于|小于|高于|低于|优于|超过|达到|控制在|至少|提高到|降低到|等于|应|须)+$"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a match, or one thing that stands against it.

    terms: shared words, most telling first. direction, industry, topics: shared codes. readiness, readiness_gap:
    offered level, wanted level. budget, budget_gap: asked price, budget, in fen. area: its code.
    missing: names of indicators that the offer never mentions.
    """

    kind: ReasonKind
    values: tuple[str | int, ...]


class Explainer:
    """Finds the reasons for pairs of one collection."""

    def __init__(self, analyser: Analyser, statistics: TermStatistics, industry_of: Mapping[str, str]) -> None:
        self._analyser = analyser
        self._statistics = statistics
        self._industry_of = industry_of

    def reasons(self, need: NeedProfile, offer: OfferProfile) -> tuple[Reason, ...]:
        """Everything that speaks for a pair, then what is missing."""
        words = self._words(need, offer)
        missing = self._missing(need, offer)
        return (
            *([Reason("terms", words)] if words else []),
            *_about_direction(need, offer, self._industry_of),
            *_about_readiness(need, offer),
            *_about_budget(need, offer),
            *([Reason("area", (need.area,))] if need.area and need.area == offer.area else []),
            *([Reason("missing", missing)] if missing else []),
        )

    def _words(self, need: NeedProfile, offer: OfferProfile) -> tuple[str, ...]:
        """Shared words as the need writes them, and names of concepts that each side calls otherwise."""
        need_text, offer_text = whole_text(need), f"{offer.title}\n{whole_text(offer)}"
        shared = common_words(need.title, need_text, offer_text, self._statistics)
        values = {word.text: word.value for word in shared}
        said = "\n".join(map(spelling, values))
        for id_ in self._shared_concepts(f"{need.title}\n{need_text}", offer_text):
            names = self._analyser.names(id_)
            if not any(spelling(name) in said for name in names):
                values[names[0]] = _CONCEPT_BONUS * word_value(spelling(names[0]), self._statistics)
        return tuple(sorted(values, key=lambda word: (-values[word], word)))[:MOST_TERMS]

    def _shared_concepts(self, one: str, other: str) -> list[str]:
        """Ids of concepts that both texts mean and at least one names itself, not only something narrower."""
        meant = set(self._analyser.concepts(one)) & set(self._analyser.concepts(other))
        return sorted(meant & (self._analyser.named(one) | self._analyser.named(other)))

    def _missing(self, need: NeedProfile, offer: OfferProfile) -> tuple[str, ...]:
        """Names of wanted indicators that an offer with something to read never mentions."""
        text = f"{offer.title}\n{whole_text(offer)}"
        if len(text) < _TEXT_THAT_TELLS:
            return ()
        known, concepts = set(self._analyser.terms(text)), set(self._analyser.concepts(text))
        names = dict.fromkeys(filter(None, map(indicator_name, need.indicators)))
        missing = (name for name in names if not self._is_mentioned(name, known, concepts))
        return tuple(missing)[:MOST_MISSING]

    def _is_mentioned(self, name: str, known: set[str], concepts: set[str]) -> bool:
        if concepts & set(self._analyser.concepts(name)):
            return True
        telling = [token.text for token in tokens(trimmed(name) or name) if token.stands_alone]
        return sum(term in known for term in telling) >= _MENTIONED_SHARE * len(telling)


def indicator_name(indicator: str) -> str:
    """What an indicator is about: “质子电导率 ≥ 0.1 S/cm” → 质子电导率; empty where it cannot be told."""
    start = _NAME.match(indicator.strip())
    return _COMPARISON.sub("", start.group().strip()).strip() if start else ""


def _about_direction(need: NeedProfile, offer: OfferProfile, industry_of: Mapping[str, str]) -> Iterator[Reason]:
    directions = set(need.directions) & set(offer.directions)
    same_industries = industries(need.directions, industry_of) & industries(offer.directions, industry_of)
    topics = set(need.topics) & set(offer.topics)
    if directions:
        yield Reason("direction", tuple(sorted(directions)))
    elif same_industries:
        yield Reason("industry", tuple(sorted(same_industries)))
    if topics:
        yield Reason("topics", tuple(sorted(topics)))


def _about_readiness(need: NeedProfile, offer: OfferProfile) -> Iterator[Reason]:
    if need.readiness is not None and offer.readiness is not None:
        kind: ReasonKind = "readiness" if offer.readiness >= need.readiness else "readiness_gap"
        yield Reason(kind, (offer.readiness, need.readiness))


def _about_budget(need: NeedProfile, offer: OfferProfile) -> Iterator[Reason]:
    if need.budget_fen and offer.price_fen is not None:
        kind: ReasonKind = "budget" if need.budget_fen >= offer.price_fen else "budget_gap"
        yield Reason(kind, (offer.price_fen, need.budget_fen))
