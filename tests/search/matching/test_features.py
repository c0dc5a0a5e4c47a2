"""One signal at a time."""

import pytest

from search.matching import features

INDUSTRY_OF = {"storage": "energy", "clean": "energy", "bci": "health"}


@pytest.mark.parametrize(
    ("need", "offer", "fit"),
    [
        (("storage",), ("storage", "bci"), 1.0),
        (("storage",), ("clean",), 0.5),
        (("storage",), ("bci",), 0.0),
        (("storage",), ("unheard-of",), 0.0),
        ((), ("storage",), None),
        (("storage",), (), None),
    ],
)
def test_the_same_direction_is_best_and_the_same_industry_half_as_good(need, offer, fit):
    assert features.direction_fit(need, offer, INDUSTRY_OF) == fit


@pytest.mark.parametrize(
    ("need", "offer", "fit"),
    [(("a", "b"), ("b", "c", "d"), 0.5), (("a",), ("a", "b"), 1.0), (("a",), ("b",), 0.0), ((), ("a",), None)],
)
def test_topics_in_common_count_against_the_shorter_list(need, offer, fit):
    assert features.topic_fit(need, offer) == fit


@pytest.mark.parametrize(
    ("wanted", "offered", "fit"),
    [(6, 6, 1.0), (6, 9, 1.0), (6, 5, 0.7), (6, 4, 0.4), (6, 3, 0.15), (6, 2, 0.0), (None, 5, None), (6, None, None)],
)
def test_an_offer_that_is_less_ready_than_wanted_fits_less(wanted, offered, fit):
    assert features.readiness_fit(wanted, offered) == fit


@pytest.mark.parametrize(
    ("budget_fen", "price_fen", "fit"),
    [(100, 100, 1.0), (100, 0, 1.0), (50, 100, 0.5), (0, 100, None), (None, 100, None), (100, None, None)],
)
def test_a_budget_fits_as_far_as_it_pays_the_price(budget_fen, price_fen, fit):
    assert features.budget_fit(budget_fen, price_fen) == fit


@pytest.mark.parametrize(
    ("need", "offer", "fit"), [("anting", "anting", 1.0), ("anting", "nanxiang", 0.0), (None, "anting", None)]
)
def test_areas_are_the_same_or_not(need, offer, fit):
    assert features.area_fit(need, offer) == fit


@pytest.mark.parametrize(
    ("need", "offer", "fit"),
    [(("licence",), ("licence", "transfer"), 1.0), (("licence",), ("equity",), 0.0), ((), ("equity",), None)],
)
def test_one_way_of_working_together_is_enough(need, offer, fit):
    assert features.cooperation_fit(need, offer) == fit


def test_text_fits_more_the_more_alike_it_is():
    assert [features.text_fit(similarity) for similarity in (0.0, 0.1, 0.4)] == pytest.approx([0.0, 0.5, 0.8])
