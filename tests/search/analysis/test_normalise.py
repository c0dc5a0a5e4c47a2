"""One spelling for text that people write in several."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.characters import SIMPLIFIED
from search.analysis.normalise import composed, normalise, normalise_with_offsets


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("ＰＥＭ　电解槽", "pem 电解槽"),
        ("質子交換膜", "质子交换膜"),
        ("２５℃", "25°c"),
        ("15µm", "15um"),
        ("15μm", "15um"),
        ("10㎡", "10m2"),
        ("Li–ion", "li-ion"),
        ("CAR‑T", "car-t"),
        ("e\u0301", "é"),
    ],
)
def test_spellings_of_the_same_become_one(written, spelled):
    assert normalise(written) == spelled


def test_each_folded_character_knows_where_it_came_from():
    folded, origin = normalise_with_offsets("约10㎡膜")
    assert folded == "约10m2膜"
    assert list(origin) == [0, 1, 2, 3, 3, 4, 5]


@settings(deadline=None)
@given(st.text())
def test_offsets_lead_back_to_what_was_folded(text):
    folded, origin = normalise_with_offsets(text)
    source = composed(text)
    assert folded == normalise(text)
    assert [normalise(source[place]) for place in dict.fromkeys(origin[:-1])] == [normalise(c) for c in source]
    assert origin[-1] == len(source)


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_no_more_than_once(text):
    assert normalise(normalise(text)) == normalise(normalise(normalise(text)))


def test_simplified_characters_stay_as_they_are():
    assert set(SIMPLIFIED) & set(SIMPLIFIED.values()) == set()
