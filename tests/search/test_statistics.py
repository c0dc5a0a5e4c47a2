"""How common terms are."""

from math import log

import pytest

from search.statistics import CountedTerms, rarity


def test_a_term_counts_once_per_document():
    statistics = CountedTerms([["膜", "膜", "质子"], ["膜"], []])
    assert statistics.documents == 3
    assert [statistics.document_frequency(term) for term in ("膜", "质子", "没有")] == [2, 1, 0]


def test_the_rarer_a_term_the_more_it_is_worth():
    statistics = CountedTerms([["膜", "质子"], ["膜"]])
    worth = [rarity(term, statistics) for term in ("膜", "质子", "没有")]
    assert worth == pytest.approx([log(1.2), log(2), log(6)])
