"""Why an offer was matched with a need."""

import pytest

from search.matching.explain import Explainer, Reason, indicator_name
from search.statistics import CountedTerms
from tests.search.builders import a_need, an_analyser, an_offer

ANALYSER = an_analyser()
STATISTICS = CountedTerms(
    map(ANALYSER.terms, ("质子交换膜", "电导率", "脑机接口头环", "BCI headset", "小麦", "风电") * 5)
)
EXPLAINER = Explainer(ANALYSER, STATISTICS, {"storage": "energy", "clean": "energy"})
LONG = (
    "本成果给出一种膜的制备方法，已完成中试，可以批量供货，并在三家企业的电堆上连续运行，"
    "衰减很小，适合推广应用到车用场合和固定电站。"
)


def reasons(need: dict, offer: dict) -> dict[str, tuple[str | int, ...]]:
    found = EXPLAINER.reasons(a_need(**need), an_offer(**offer))
    return {reason.kind: reason.values for reason in found}


def test_shared_words_come_first():
    assert EXPLAINER.reasons(a_need(title="质子交换膜"), an_offer(title="一种质子交换膜")) == (
        Reason("terms", ("质子交换膜",)),
    )


def test_two_texts_with_nothing_in_common_have_no_reason():
    assert reasons({"title": "小麦"}, {"title": "风电"}) == {}


def test_a_concept_under_two_names_is_a_reason_by_its_canonical_one():
    assert reasons({"title": "无创BCI"}, {"title": "脑-机接口头环"}) == {"terms": ("脑机接口",)}
    assert reasons({"title": "脑机接口头环"}, {"title": "脑机接口"}) == {"terms": ("脑机接口",)}


def test_directions_in_common_are_named_and_industries_only_without_them():
    assert reasons(
        {"title": "甲", "directions": ("storage",)}, {"title": "乙", "directions": ("storage", "clean")}
    ) == {"direction": ("storage",)}
    assert reasons({"title": "甲", "directions": ("storage",)}, {"title": "乙", "directions": ("clean",)}) == {
        "industry": ("energy",)
    }


def test_topics_area_readiness_and_budget_are_named():
    need = {"title": "甲", "topics": ("t",), "area": "anting", "readiness": 6, "budget_fen": 500}
    fitting = {"title": "乙", "topics": ("t", "u"), "area": "anting", "readiness": 7, "price_fen": 400}
    short = {"title": "乙", "area": "nanxiang", "readiness": 5, "price_fen": 600}
    assert reasons(need, fitting) == {
        "topics": ("t",),
        "area": ("anting",),
        "readiness": (7, 6),
        "budget": (400, 500),
    }
    assert reasons(need, short) == {"readiness_gap": (5, 6), "budget_gap": (600, 500)}


def test_a_budget_that_is_open_is_no_reason():
    assert reasons({"title": "甲", "budget_fen": 0}, {"title": "乙", "price_fen": 600}) == {}


def test_wanted_indicators_that_the_offer_never_mentions_are_missing():
    need = {
        "title": "膜",
        "indicators": ("质子电导率 ≥ 0.1 S/cm", "衰减率 < 5%", "厚度：15 μm", "厚度不超过 20 μm", "≥ 3"),
    }
    assert reasons(need, {"title": "乙", "text": LONG})["missing"] == ("质子电导率", "厚度")
    assert "missing" not in reasons(need, {"title": "乙", "text": LONG + "质子电导率高，厚度均匀"})


def test_an_offer_with_hardly_any_text_is_not_said_to_miss_anything():
    assert reasons({"title": "甲", "indicators": ("质子电导率 ≥ 0.1",)}, {"title": "乙", "text": "短"}) == {}


@pytest.mark.parametrize(
    ("indicator", "name"),
    [
        ("质子电导率 ≥ 0.1 S/cm（80 ℃）", "质子电导率"),
        ("首次库仑效率不低于90%", "首次库仑效率"),
        ("能量密度：大于 350 Wh/kg", "能量密度"),
        ("寿命应达到10000小时", "寿命"),
        ("Response time < 5 ms", "Response time"),
        ("≥ 5", ""),
        ("", ""),
    ],
)
def test_the_name_of_an_indicator_is_what_stands_before_its_value(indicator, name):
    assert indicator_name(indicator) == name
