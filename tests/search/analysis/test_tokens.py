"""Characters and pairs of Han runs, whole Latin words and their parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.normalise import composed, normalise
from search.analysis.tokens import terms, tokens

MIXED = st.text(st.sampled_from("质子交換膜ＰEMpem-/.,'·0123㎡µé 。，\n") | st.characters())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("质子膜", ["质", "质子", "子", "子膜", "膜"]),
        ("膜", ["膜"]),
        ("固态 电池", ["固", "固态", "态", "电", "电池", "池"]),
        ("PEM膜", ["pem", "膜"]),
        ("Li-ion", ["li-ion", "li", "ion"]),
        ("350Wh/kg", ["350wh/kg", "350", "wh", "kg"]),
        ("350 Wh/kg", ["350", "wh/kg", "wh", "kg"]),
        ("12,000 h", ["12000", "h"]),
        ("3.5", ["3.5"]),
        ("5G", ["5g"]),
        ("GB/T 42748", ["gb/t", "gb", "t", "42748"]),
        ("α-烯烃", ["α", "烯", "烯烃", "烃"]),
        ("！？", []),
        ("", []),
    ],
)
def test_a_text_becomes_these_terms(text, expected):
    assert terms(text) == expected


@settings(deadline=None)
@given(MIXED)
def test_tokens_are_the_terms_with_their_places(text):
    assert [token.text for token in tokens(text)] == terms(text)


@settings(deadline=None)
@given(MIXED)
def test_a_token_s_span_holds_what_it_says(text):
    source = composed(text)
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(source)
        assert token.text in normalise(source[token.start : token.end]).replace(",", "")


@settings(deadline=None)
@given(MIXED)
def test_tokens_stand_in_the_order_of_the_text(text):
    starts = [token.start for token in tokens(text)]
    assert starts == sorted(starts)


def test_only_a_character_among_others_does_not_stand_alone():
    assert [(token.text, token.stands_alone) for token in tokens("质子 膜 PEM")] == [
        ("质", False),
        ("质子", True),
        ("子", False),
        ("膜", True),
        ("pem", True),
    ]
