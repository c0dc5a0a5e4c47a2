"""Completeness, vague words, and what must be there before an operator looks."""

import pytest

from marketplace.challenges import completeness
from marketplace.challenges.completeness import faults_on_submit, measure
from marketplace.challenges.kinds import ChallengeKind, particulars_of
from tests.factories.challenges import TEXT

ROW = {"name": "电导率", "target": "0.06", "test_method": "GB/T 20042.3", "present": "0.018"}
FULL = TEXT | {"ip_terms": "shared", "particulars": {}}
K = ChallengeKind


def test_a_full_demand_measures_a_hundred_and_an_empty_one_nothing():
    assert measure(K.RESEARCH, FULL, [ROW]).percent == 100
    assert measure(K.RESEARCH, FULL, [ROW]).missing == ()
    assert measure(K.RESEARCH, {}, []).percent == 0


def test_what_is_missing_is_named_heaviest_first():
    missing = measure(K.RESEARCH, FULL | {"problem": None, "months": None}, [ROW | {"test_method": None}]).missing
    assert missing == ("要解决的问题", "每项指标的检测方法", "周期（月）")


def test_a_kind_that_asks_no_indicators_does_not_miss_them():
    assert measure(K.TRANSFER, FULL, []).percent == 100


def test_zero_budget_is_said_and_none_is_not():
    assert "budget_fen" not in faults_on_submit(K.RESEARCH, FULL | {"budget_fen": 0}, [ROW])
    assert "budget_fen" in faults_on_submit(K.RESEARCH, FULL | {"budget_fen": None}, [ROW])


def test_vague_words_are_looked_for_where_the_matter_stands():
    facts = FULL | {"problem": "达到国际先进水平", "background": "成本尽可能低"}
    assert measure(K.RESEARCH, facts, [ROW]).vague == (("国际先进", "要解决的问题"),)


def test_nothing_stands_in_the_way_of_a_full_demand():
    assert faults_on_submit(K.RESEARCH, FULL, [ROW]) == {}


@pytest.mark.parametrize("kind", [K.SCENE, K.TRANSFER, K.PROCUREMENT])
def test_each_kind_asks_for_its_own_particulars(kind):
    asked = {f"particulars-{entry.name}" for entry in particulars_of(kind) if entry.is_required}
    assert set(faults_on_submit(kind, FULL, [ROW])) == asked
    given = {entry.name: "有" for entry in particulars_of(kind)}
    assert faults_on_submit(kind, FULL | {"particulars": given}, [ROW]) == {}


def test_a_problem_in_a_few_words_is_sent_back_with_the_least_length():
    fault = faults_on_submit(K.RESEARCH, FULL | {"problem": "膜会裂"}, [ROW])["problem"]
    assert fault.values == {"count": completeness.SHORTEST_PROBLEM}


def test_the_tick_about_state_secrets_is_asked_for():
    assert set(faults_on_submit(K.RESEARCH, FULL | {"has_no_state_secrets": False}, [ROW])) == {"has_no_state_secrets"}
