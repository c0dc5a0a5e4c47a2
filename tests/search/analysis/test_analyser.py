"""What a query asks for."""

import pytest

from search.analysis.analyser import QUERY_LENGTH, identifier
from tests.search.builders import an_analyser

ANALYSER = an_analyser()


def test_terms_are_counted_and_those_that_stand_alone_decide():
    query = ANALYSER.query("质子膜 质子")
    assert query.counts == {"质": 2, "质子": 2, "子": 2, "子膜": 1, "膜": 1}
    assert query.deciding == {"质子", "子膜"}


@pytest.mark.parametrize(("text", "needed"), [("膜", 1), ("质子膜", 1), ("质子交换", 2), ("质子交换膜的制备", 2)])
def test_one_of_few_terms_is_needed_and_two_of_more(text, needed):
    assert ANALYSER.query(text).needed == needed


def test_quoted_text_is_a_run_of_terms_whatever_the_marks():
    for text in ('"质子膜"', "“质子膜”", "「质子膜」", "『质子膜』", "＂质子膜＂"):
        assert ANALYSER.query(text).phrases == (("质", "质子", "子", "子膜", "膜"),)
    assert ANALYSER.query("“！” 质子").phrases == ()


def test_words_with_digits_may_be_identifiers():
    assert ANALYSER.query("找 JB-2026-0147").identifiers == {"jb-2026-0147", "找jb-2026-0147"}
    assert ANALYSER.query("质子膜").identifiers == set()
    assert identifier("ZL 2021 1 0123456.7") == "zl202110123456.7"


def test_a_concept_brings_its_names_and_a_score_that_grows_with_its_canonical_name():
    query = ANALYSER.query("BCI")
    assert query.names == {"脑机接口", "bci", "脑 机接口", "brain computer interface"}
    assert query.concepts == pytest.approx({"bci": 0.2 * 6 * 3 * 7})
    assert ANALYSER.query("车联网").concepts == pytest.approx({"vehicle": 0.5 * 0.2 * 6 * 3 * 7})


def test_a_query_without_letters_is_empty():
    assert ANALYSER.query("！？ ").is_empty
    assert not ANALYSER.query("膜").is_empty


def test_only_the_beginning_of_a_very_long_query_counts():
    assert ANALYSER.query("膜" * QUERY_LENGTH + "电池").counts == {"膜": QUERY_LENGTH, "膜膜": QUERY_LENGTH - 1}
