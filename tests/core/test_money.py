"""Fen inside, yuan and 万元 at the edges."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import fen_from_wan, fen_from_yuan, split_fen, wan_text, yuan_from_fen, yuan_text

AMOUNTS = st.integers(0, 10**15)


@given(AMOUNTS)
def test_yuan_survive_the_round_trip(fen):
    assert fen_from_yuan(yuan_from_fen(fen)) == fen
    assert fen_from_yuan(Decimal(yuan_text(fen))) == fen


@given(AMOUNTS)
def test_wan_as_shown_survives_the_round_trip(fen):
    assert fen_from_wan(Decimal(wan_text(fen).replace(",", ""))) == fen


@pytest.mark.parametrize(("fen", "text"), [(480_000_000, "480"), (12_505_000_000, "12,505"), (1, "0.000001"), (0, "0")])
def test_wan_is_shown_without_needless_zeros(fen, text):
    assert wan_text(fen) == text


def test_less_than_a_fen_is_refused():
    with pytest.raises(ValueError, match="whole number of fen"):
        fen_from_yuan(Decimal("0.005"))
    with pytest.raises(ValueError, match="whole number of fen"):
        fen_from_wan(Decimal("0.0000001"))


@given(AMOUNTS, st.lists(st.integers(0, 100), min_size=1, max_size=9).filter(any))
def test_a_split_never_loses_a_fen(total, weights):
    assert sum(split_fen(total, weights)) == total
