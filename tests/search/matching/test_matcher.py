"""Ranking offers for needs and needs for offers."""

import pytest

from search.engines.embedded.engine import EmbeddedEngine
from search.matching.matcher import EXPLAINED, Matcher, match
from search.matching.scorer import Thresholds, Weights
from search.statistics import CountedTerms
from tests.search.builders import a_document, a_need, an_analyser, an_offer

ANALYSER = an_analyser()
OFFERS = [
    an_offer("membrane", "质子交换膜及其制备方法", text="电导率高，用于燃料电池"),
    an_offer("battery", "全固态电池电解质"),
    an_offer("wheat", "小麦育种"),
    an_offer("interface", "脑机接口头环"),
]
NEEDS = [a_need("membrane-wanted", "高性能质子交换膜"), a_need("battery-wanted", "固态电池的电解质研究")]


def a_matcher(**parts) -> Matcher:
    titles = [profile.title for profile in (*OFFERS, *NEEDS)]
    return Matcher(ANALYSER, CountedTerms(map(ANALYSER.terms, titles)), **parts)


def pairs(matches) -> list[tuple[str, str, int]]:
    return [(match.need, match.offer, match.rank) for match in matches]


def test_each_need_gets_its_matches_best_first_with_reasons():
    matches = list(match(NEEDS, OFFERS, top=3, analyser=ANALYSER))
    assert pairs(matches) == [("membrane-wanted", "membrane", 1), ("battery-wanted", "battery", 1)]
    assert [found.reasons[0].values[0] for found in matches] == ["质子交换膜", "固态电池"]
    assert {found.band for found in matches} == {"strong"}


def test_with_nought_all_offers_are_ranked_matches_or_not():
    matches = list(match(NEEDS[:1], OFFERS, top=0, analyser=ANALYSER))
    assert pairs(matches) == [
        ("membrane-wanted", "membrane", 1),
        ("membrane-wanted", "battery", 2),
        ("membrane-wanted", "interface", 3),
        ("membrane-wanted", "wheat", 4),
    ]
    assert [found.band for found in matches] == ["strong", None, None, None]
    scores = [found.score for found in matches]
    assert scores == sorted(scores, reverse=True)


def test_of_all_that_are_ranked_only_the_first_are_explained():
    offers = [an_offer(f"{number:02d}", "质子交换膜") for number in range(EXPLAINED + 2)]
    matches = list(match(NEEDS[:1], offers, top=0))
    assert [bool(found.reasons) for found in matches] == [True] * EXPLAINED + [False] * 2


def test_no_more_than_the_wanted_number_are_given_and_equals_by_key():
    offers = [an_offer(key, "质子交换膜") for key in "cab"]
    assert pairs(match([a_need("n", "质子交换膜")], offers, top=2)) == [("n", "a", 1), ("n", "b", 2)]


def test_a_pair_has_the_same_score_from_both_sides():
    matcher = a_matcher()
    (from_need,) = matcher.rank_offers(NEEDS[0], OFFERS)
    from_offer, *_ = matcher.rank_needs(OFFERS[0], NEEDS)
    assert from_need == from_offer


def test_what_else_is_known_moves_the_score():
    matcher = a_matcher(industry_of={"storage": "energy", "clean": "energy", "bci": "health"})
    need = a_need(directions=("storage",), readiness=6, budget_fen=1000, area="anting")
    facts = {
        "same": {"directions": ("storage",), "readiness": 7, "price_fen": 900, "area": "anting"},
        "near": {"directions": ("clean",), "readiness": 5, "price_fen": 2000, "area": "nanxiang"},
        "far": {"directions": ("bci",), "readiness": 1, "price_fen": 10_000, "area": "nanxiang"},
    }
    offers = [an_offer(key, **known) for key, known in facts.items()]
    assert [found.offer for found in matcher.rank_offers(need, offers, top=0)] == ["same", "near", "far"]


def test_texts_that_share_nothing_are_no_match_whatever_else_agrees():
    need = a_need(title="小麦育种", directions=("storage",), area="anting", readiness=3)
    offer = an_offer(directions=("storage",), area="anting", readiness=9)
    assert a_matcher().rank_offers(need, [offer]) == []


def test_weights_and_thresholds_are_data():
    need, offer = a_need(area="anting"), an_offer(area="nanxiang")
    by_area = a_matcher(weights=Weights(text=1, area=9), thresholds=Thresholds(text=0, weak=0.01))
    assert by_area.rank_offers(need, [offer])[0].band == "weak"
    assert a_matcher(thresholds=Thresholds(weak=1.1)).rank_offers(need, [offer]) == []


def test_another_name_for_the_same_concept_is_a_match():
    matches = a_matcher().rank_offers(a_need(title="BCI"), OFFERS)
    assert pairs(matches) == [("need", "interface", 1)]


def test_indicators_belong_to_the_text():
    need = a_need(title="新产品", indicators=("质子交换膜电导率 ≥ 0.1",))
    assert [found.offer for found in a_matcher().rank_offers(need, OFFERS)] == ["membrane"]


def test_candidates_of_an_engine_hold_what_is_ranked_first():
    engine = EmbeddedEngine(None, ANALYSER)
    engine.rebuild(a_document(offer.key, offer.title, body=offer.text) for offer in OFFERS)
    matcher = Matcher(ANALYSER, engine.statistics())
    keys = [key for key, _ in engine.candidates(matcher.candidate_terms(NEEDS[1]), frozenset(("achievement",)), 2)]
    assert keys[0] == "battery"
    assert [found.offer for found in matcher.rank_offers(NEEDS[1], OFFERS)] == ["battery"]


@pytest.mark.parametrize(("needs", "offers"), [([], OFFERS), (NEEDS, []), ([], [])])
def test_without_needs_or_offers_there_are_no_matches(needs, offers):
    assert list(match(needs, offers, top=0)) == []
