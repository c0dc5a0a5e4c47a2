"""How complete a text is, and what it needs before it may be submitted."""

import pytest

from marketplace.achievements.completeness import (
    LABELS,
    SHORTEST_DESCRIPTION,
    WEIGHTS,
    faults_on_submit,
    measure,
)
from tests.factories.achievements import TEXT

ROW = {"name": "电导率", "value": "0.072", "unit": "S/cm", "evidence": "T-2026-031"}
NEEDED = ("title", "summary", "description", "readiness", "readiness_evidence", "inventors", "cooperation")


def test_the_weights_add_up_to_one_hundred():
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(LABELS)


def test_a_full_text_is_complete():
    found = measure(TEXT, [ROW])
    assert (found.percent, found.missing, found.vague) == (100, (), ())


def test_an_empty_draft_lists_what_is_missing_heaviest_first():
    found = measure({}, [])
    assert found.percent == 0
    assert found.missing[:3] == (LABELS["description"], LABELS["figures"], LABELS["readiness_evidence"])
    assert len(found.missing) == len(WEIGHTS)


def test_a_figure_without_evidence_leaves_the_evidence_missing():
    found = measure(TEXT, [ROW, ROW | {"evidence": None}])
    assert (found.percent, found.missing) == (100 - WEIGHTS["evidence"], (LABELS["evidence"],))


def test_vague_words_are_looked_for_where_the_matter_stands():
    found = measure(TEXT | {"summary": "国际先进的膜", "readiness_evidence": "成本较低"}, [ROW])
    assert found.vague == (("国际先进", "公开摘要"), ("较低", "成熟度佐证"))


def test_a_full_text_may_be_submitted():
    assert faults_on_submit(TEXT) == {}


@pytest.mark.parametrize("name", [*NEEDED, "has_no_state_secrets"])
def test_each_needed_field_is_asked_for_at_its_place(name):
    assert set(faults_on_submit(TEXT | {name: None})) == {name}


def test_direction_figures_price_and_patents_may_stay_empty():
    assert faults_on_submit(TEXT | dict.fromkeys(("direction", "topics", "price_min_fen", "patents"))) == {}


@pytest.mark.parametrize(
    ("length", "faults"), [(SHORTEST_DESCRIPTION - 1, {"description"}), (SHORTEST_DESCRIPTION, set())]
)
def test_a_description_has_a_shortest_length(length, faults):
    assert set(faults_on_submit(TEXT | {"description": "膜" * length})) == faults
