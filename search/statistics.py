"""How common a term is (词频统计): all that matching needs to know of a collection."""

from collections import Counter
from collections.abc import Iterable
from math import log
from typing import Protocol


class TermStatistics(Protocol):
    """Counts over a collection of documents."""

    @property
    def documents(self) -> int:
        """How many documents there are."""

    def document_frequency(self, term: str) -> int:
        """How many documents hold the term at least once."""


class CountedTerms:
    """Statistics of a collection that is at hand."""

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        self._frequency: Counter[str] = Counter()
        self._documents = 0
        for terms in documents:
            self._frequency.update(set(terms))
            self._documents += 1

    @property
    def documents(self) -> int:
        return self._documents

    def document_frequency(self, term: str) -> int:
        return self._frequency[term]


def rarity(term: str, statistics: TermStatistics) -> float:
    """Inverse document frequency: near 0 for a term in every document, ln(2N + 2) for one in none."""
    frequency = min(statistics.document_frequency(term), statistics.documents)
    return log(1 + (statistics.documents - frequency + 0.5) / (frequency + 0.5))
