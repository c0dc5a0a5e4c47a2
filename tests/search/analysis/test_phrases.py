"""Known phrases in text."""

import pytest

from search.analysis.phrases import Occurrence, PhraseFinder


def phrases_in(text: str, *known: str) -> list[str]:
    return [found.phrase for found in PhraseFinder(known).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全固态电池与电池", ["全固态电池", "电池"]),
        ("一种固態電池", ["固态电池"]),
        ("PEMs, (PEM) and ＰＥＭ水电解", ["pem", "pem", "pem"]),
        ("PEMFC xPEM PEM2", []),
        ("lithium-ion battery; Lithium ion\nbatteries", ["lithium ion battery"]),
        ("processes of a process", ["process", "process"]),
        ("", []),
    ],
)
def test_the_longest_phrase_is_found_and_latin_ones_as_whole_words(text, expected):
    assert phrases_in(text, "电池", "固态电池", "全固态电池", "PEM", "lithium-ion battery", "process") == expected


def test_of_overlapping_phrases_the_earlier_is_found():
    assert phrases_in("质子交换膜电极", "质子交换膜", "膜电极") == ["质子交换膜"]


def test_a_phrase_of_one_character_is_found_where_no_longer_one_is():
    assert phrases_in("氢能与氢气", "氢", "氢能") == ["氢能", "氢"]


def test_a_phrase_at_the_end_of_a_text_ends_with_it():
    assert list(PhraseFinder(("电池", "电池管理系统")).find("锂电池")) == [Occurrence("电池", 1, 3)]


def test_empty_phrases_are_nothing():
    assert phrases_in("任何 text", "", " ") == []
