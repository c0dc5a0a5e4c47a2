"""Vague words and weights."""

from marketplace.core.completeness import measured, vague_words

LABELS = {"problem": "问题", "title": "标题"}


def test_vague_words_are_named_with_their_place_and_the_longer_hides_the_shorter():
    facts = {"problem": "达到国际先进水平，效率显著提高，成本尽可能低", "other": "一流水平"}
    found = vague_words(facts, ("title", "problem"), LABELS)
    assert found == (("国际先进", "问题"), ("显著提高", "问题"), ("尽可能", "问题"))


def test_what_is_missing_is_named_heaviest_first():
    measure = measured({"title": False, "problem": False, "x": True}, {"title": 1, "problem": 2, "x": 1}, LABELS, ())
    assert (measure.percent, measure.missing) == (25, ("问题", "标题"))
