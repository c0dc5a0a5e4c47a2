"""Texts as weighted terms (词向量): how alike two of them are, from how common each term is and nothing else."""

from collections import Counter
from collections.abc import Mapping
from math import log, sqrt

from search.analysis.analyser import Analyser, concept_term
from search.matching.words import WEAK_TERMS
from search.statistics import TermStatistics, rarity

Vector = Mapping[str, float]
"""Term → weight; the squares of the weights add up to 1, or there are none."""

TITLE_COUNTS = 4
WEAK_TERM_SHARE = 0.5
CONCEPT_SHARE = 0.6


class Vectoriser:
    """Weighs terms by how often a text says them and how few other documents do."""

    def __init__(self, analyser: Analyser, statistics: TermStatistics) -> None:
        self._analyser = analyser
        self._statistics = statistics
        self._worth: dict[str, float] = {}

    def vector(self, title: str, text: str) -> Vector:
        """A term of the title counts as if the text said it four times more."""
        counts = Counter(self._analyser.terms(text))
        for term in self._analyser.terms(title):
            counts[term] += TITLE_COUNTS
        weights = {term: (1 + log(count)) * self.worth(term) for term, count in counts.items()}
        for id_ in self._analyser.concepts(f"{title}\n{text}"):
            weights[concept_term(id_)] = CONCEPT_SHARE * self._worth_of_name(id_)
        length = sqrt(sum(weight * weight for weight in weights.values()))
        return {term: weight / length for term, weight in weights.items() if weight > 0}

    def _worth_of_name(self, id_: str) -> float:
        """What a text would gain from saying the concept's canonical name once, in terms that only it holds."""
        name = set(self._analyser.terms(self._analyser.names(id_)[0]))
        return sqrt(sum(self.worth(term) ** 2 for term in name))

    def worth(self, term: str) -> float:
        """Rarity, halved for a term that any title may hold."""
        if term not in self._worth:
            share = WEAK_TERM_SHARE if term in WEAK_TERMS else 1.0
            self._worth[term] = share * rarity(term, self._statistics)
        return self._worth[term]


def similarity(one: Vector, other: Vector) -> float:
    """The cosine, 0…1."""
    fewer, more = sorted((one, other), key=len)
    return sum(weight * more[term] for term, weight in fewer.items() if term in more)
