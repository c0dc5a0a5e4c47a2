"""Suggesting directions for a text."""

import pytest

from search.classification import Classifier, DirectionProfile, classify

STORAGE = DirectionProfile(
    "energy-storage",
    "energy",
    (("全固态电池", 5), ("solid-state battery", 5), ("电池", 4), ("储能", 4), ("电压", 1)),
    ipc=("H01M10", "H01M4"),
)
MEMBRANES = DirectionProfile("membranes", "materials", (("质子交换膜", 5), ("分离膜", 5), ("膜", 2), ("电池", 2)))
DIRECTIONS = (STORAGE, MEMBRANES)


def codes(title: str, text: str = "") -> list[str]:
    return [code for code, _ in classify(title, text, DIRECTIONS)]


def test_the_direction_whose_phrases_are_said_most_comes_first():
    assert codes("质子交换膜", "用于储能电池的质子交换膜，电池寿命长") == ["membranes", "energy-storage"]


def test_the_title_counts_double():
    in_title = dict(classify("全固态电池", "", DIRECTIONS))
    in_text = dict(classify("", "全固态电池", DIRECTIONS))
    assert in_title["energy-storage"] > in_text["energy-storage"]


def test_scores_lie_between_a_half_and_one():
    scores = [score for _, score in classify("全固态电池" * 9, "储能" * 9 + "质子交换膜", DIRECTIONS)]
    assert len(scores) == 2
    assert all(0.5 < score < 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("title", ["", "小麦育种", "电压", "膜", "膜厚与电压的测量"])
def test_where_nothing_fits_there_is_no_direction(title):
    assert codes(title) == []


def test_phrases_that_are_not_typical_need_more_company():
    assert codes("", "膜") == []
    assert codes("", "膜与电池" * 400) == ["energy-storage"]


def test_spelling_does_not_matter():
    assert codes("ＳＯＬＩＤ－ＳＴＡＴＥ batteries") == []
    assert codes("Solid state battery", "全固態電池") == ["energy-storage"]


def test_a_phrase_that_several_directions_share_says_less():
    shared = dict(classify("电池", "电池" * 8, DIRECTIONS))
    own = dict(classify("储能", "储能" * 8, DIRECTIONS))
    assert shared["energy-storage"] < own["energy-storage"]


def test_patent_classes_lend_weight():
    classifier = Classifier(DIRECTIONS)
    without = classifier.classify("全固态电池", "")
    with_classes = classifier.classify("全固态电池", "", ["H01M 10/0562", "G06F 17/00"])
    assert with_classes[0][1] > without[0][1]
    assert classifier.classify("", "", ["H01M10/0562"]) == []


def test_equal_scores_stand_in_the_order_of_codes():
    twins = [DirectionProfile(code, "", (("飞轮", 5),)) for code in ("b", "a")]
    assert [code for code, _ in classify("飞轮", "", twins)] == ["a", "b"]


def test_a_taxonomy_without_directions_classifies_nothing():
    assert classify("全固态电池", "", ()) == []
