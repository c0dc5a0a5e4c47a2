"""Things with several names."""

from search.analysis.concepts import Concept, ConceptTagger
from tests.search.builders import CONCEPTS

TAGGER = ConceptTagger(CONCEPTS)


def test_a_document_names_concepts_and_with_them_broader_ones():
    assert TAGGER.in_document("一种固态电池") == ["lithium", "solid", "storage"]
    assert TAGGER.named("一种固态电池") == {"solid"}


def test_a_circle_of_broader_concepts_ends():
    assert TAGGER.in_document("锂离子电池") == ["lithium", "storage"]


def test_a_query_asks_for_what_it_names_only():
    assert TAGGER.in_query("Solid-State Batteries, solid state battery, BCI") == {"bci": 1.0, "solid": 1.0}


def test_names_that_are_only_near_count_half():
    assert TAGGER.in_query("车联网") == {"vehicle": 0.5}


def test_a_one_way_alias_asks_for_the_thing_but_does_not_name_it():
    assert TAGGER.in_query("ADC") == {"adc": 1.0}
    assert TAGGER.in_document("高速ADC芯片") == []
    assert TAGGER.in_document("抗体偶联药物") == ["adc"]


def test_one_name_may_mean_several_things():
    tagger = ConceptTagger((Concept("a", "片上系统", ("SoC",)), Concept("b", "荷电状态", ("SOC",))))
    assert tagger.in_query("soc") == {"a": 1.0, "b": 1.0}


def test_a_broader_concept_that_does_not_exist_is_left_out():
    assert ConceptTagger((Concept("a", "飞轮", broader=("gone",)),)).in_document("飞轮") == ["a"]


def test_completions_are_canonical_names_by_any_name():
    assert TAGGER.starting_with("固态") == ["全固态电池"]
    assert TAGGER.starting_with("Ｂ") == ["脑机接口"]
    assert TAGGER.starting_with("") == []
