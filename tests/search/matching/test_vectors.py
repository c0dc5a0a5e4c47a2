"""How alike texts are."""

import pytest

from search.matching.vectors import Vectoriser, similarity
from search.statistics import CountedTerms
from tests.search.builders import an_analyser

ANALYSER = an_analyser()
TEXTS = (
    "质子交换膜的制备",
    "质子交换膜燃料电池",
    "风电叶片",
    "风电叶片打磨技术",
    "无创脑机接口",
    "BCI headset",
    "小麦育种",
)
VECTORISER = Vectoriser(ANALYSER, CountedTerms(ANALYSER.terms(text) for text in TEXTS))


def alike(one: str, other: str) -> float:
    return similarity(VECTORISER.vector(one, ""), VECTORISER.vector(other, ""))


def test_a_text_is_wholly_like_itself_and_not_at_all_like_one_without_a_term_in_common():
    assert alike("质子交换膜", "质子交换膜") == pytest.approx(1)
    assert alike("质子交换膜", "小麦育种") == 0


def test_likeness_goes_both_ways():
    assert alike(TEXTS[0], TEXTS[1]) == alike(TEXTS[1], TEXTS[0])


def test_the_title_weighs_more_than_the_text():
    wanted = VECTORISER.vector("质子交换膜", "")
    in_title = VECTORISER.vector("质子交换膜", "风电叶片")
    in_text = VECTORISER.vector("风电叶片", "质子交换膜")
    assert similarity(wanted, in_title) > similarity(wanted, in_text)


def test_a_word_of_any_title_makes_texts_less_alike_than_one_of_the_trade():
    assert VECTORISER.worth("技术") == pytest.approx(VECTORISER.worth("打磨") / 2)
    assert alike("叶片打磨", "轴承打磨") > alike("叶片技术", "轴承技术")


def test_texts_with_other_names_for_one_concept_are_alike():
    assert alike("无创脑机接口", "BCI headset") > 0
    assert alike("无创脑机接口", "headset") == 0


def test_an_empty_text_is_like_nothing():
    assert alike("", "质子交换膜") == 0
    assert alike("", "") == 0
