"""Matching needs with offers (供需匹配): the same scores for the site's worker and for files on a desk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.analysis.analyser import CONCEPT_PREFIX, Analyser
from search.matching import features
from search.matching.explain import Explainer, Reason
from search.matching.profile import NeedProfile, OfferProfile, Profile, whole_text
from search.matching.scorer import Band, Signals, Thresholds, Weights, band, score
from search.matching.vectors import Vector, Vectoriser, similarity
from search.statistics import CountedTerms, TermStatistics

EXPLAINED = 10
"""So many of the best matches are given reasons when all are ranked."""

_CANDIDATE_TERMS = 150


@dataclass(frozen=True, slots=True)
class Match:
    """A need and an offer by their keys. rank: 1 is best. score: 0…1. band: None when it would be no match."""

    need: str
    offer: str
    rank: int
    score: float
    band: Band | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scored:
    need: NeedProfile
    offer: OfferProfile
    score: float
    band: Band | None


class Matcher:
    """Scores pairs over one collection's statistics. Profiles may come from anywhere.

    industry_of: direction → industry, for directions that only share an industry.
    """

    def __init__(
        self,
        analyser: Analyser,
        statistics: TermStatistics,
        *,
        industry_of: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._vectoriser = Vectoriser(analyser, statistics)
        self._explainer = Explainer(analyser, statistics, industry_of or {})
        self._industry_of = industry_of or {}
        self._weights = weights or Weights()
        self._thresholds = thresholds or Thresholds()

    def candidate_terms(self, profile: Profile) -> dict[str, float]:
        """Weighted terms by which an engine finds candidates for a profile (`SearchEngine.candidates`)."""
        vector = self._vector(profile)
        best = sorted(vector, key=lambda term: (-vector[term], term))[:_CANDIDATE_TERMS]
        return {term: vector[term] for term in best}

    def rank_offers(self, need: NeedProfile, offers: Iterable[OfferProfile], top: int = EXPLAINED) -> list[Match]:
        """The best matches of a need with their reasons, at most `top`; 0 for all of them, matches or not."""
        vector = self._vector(need)
        scored = (self._scored(need, vector, offer, self._vector(offer)) for offer in offers)
        return self._ranked(sorted(scored, key=lambda pair: (-pair.score, pair.offer.key)), top)

    def rank_needs(self, offer: OfferProfile, needs: Iterable[NeedProfile], top: int = EXPLAINED) -> list[Match]:
        """The best matches of an offer with their reasons; as `rank_offers`, and with the same scores."""
        vector = self._vector(offer)
        scored = (self._scored(need, self._vector(need), offer, vector) for need in needs)
        return self._ranked(sorted(scored, key=lambda pair: (-pair.score, pair.need.key)), top)

    def rank_all(self, needs: Iterable[NeedProfile], offers: Sequence[OfferProfile], top: int) -> Iterator[Match]:
        """The matches of each need in turn, as `rank_offers`; each offer is read once."""
        read = [(offer, self._vector(offer)) for offer in offers]
        for need in needs:
            vector = self._vector(need)
            scored = [self._scored(need, vector, offer, offered) for offer, offered in read]
            yield from self._ranked(sorted(scored, key=lambda pair: (-pair.score, pair.offer.key)), top)

    def _scored(self, need: NeedProfile, wanted: Vector, offer: OfferProfile, offered: Vector) -> _Scored:
        text = features.text_fit(similarity(wanted, offered))
        signals = Signals(
            text=text,
            direction=features.direction_fit(need.directions, offer.directions, self._industry_of),
            topics=features.topic_fit(need.topics, offer.topics),
            readiness=features.readiness_fit(need.readiness, offer.readiness),
            budget=features.budget_fit(need.budget_fen, offer.price_fen),
            area=features.area_fit(need.area, offer.area),
            cooperation=features.cooperation_fit(need.cooperation, offer.cooperation),
        )
        total = score(signals, self._weights)
        return _Scored(need, offer, total, band(total, text, self._thresholds))

    def _ranked(self, pairs: list[_Scored], top: int) -> list[Match]:
        """Pairs, best first, as matches: with `top` only those in a band, with 0 all, the first ten explained."""
        kept = [pair for pair in pairs if pair.band][:top] if top else pairs
        explained = top or EXPLAINED
        return [
            Match(
                need=pair.need.key,
                offer=pair.offer.key,
                rank=rank,
                score=pair.score,
                band=pair.band,
                reasons=self._explainer.reasons(pair.need, pair.offer) if rank <= explained else (),
            )
            for rank, pair in enumerate(kept, start=1)
        ]

    def _vector(self, profile: Profile) -> Vector:
        return self._vectoriser.vector(profile.title, whole_text(profile))


def match(
    needs: Iterable[NeedProfile],
    offers: Iterable[OfferProfile],
    *,
    top: int,
    analyser: Analyser | None = None,
    industry_of: Mapping[str, str] | None = None,
) -> Iterator[Match]:
    """Match lists without a site: terms are counted over the needs and offers themselves. Order as `rank_all`."""
    analyser = analyser or Analyser()
    needs, offers = list(needs), list(offers)
    profiles: list[Profile] = [*needs, *offers]
    statistics = CountedTerms(_counted(profile, analyser) for profile in profiles)
    matcher = Matcher(analyser, statistics, industry_of=industry_of)
    return matcher.rank_all(needs, offers, top)


def _counted(profile: Profile, analyser: Analyser) -> list[str]:
    text = f"{profile.title}\n{whole_text(profile)}"
    return [*analyser.terms(text), *(CONCEPT_PREFIX + id_ for id_ in analyser.concepts(text))]
