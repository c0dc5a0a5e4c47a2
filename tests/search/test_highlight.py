"""Marking what matched."""

from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.normalise import composed
from search.highlight import Highlighter
from tests.search.builders import an_analyser


def a_highlighter(text: str) -> Highlighter:
    return Highlighter(an_analyser().query(text))


def marked(segments) -> list[str]:
    return [text for text, is_match in segments if is_match]


def test_touching_matches_are_one_piece():
    assert a_highlighter("质子交换膜").segments("新型质子交换膜。") == (
        ("新型", False),
        ("质子交换膜", True),
        ("。", False),
    )


def test_the_text_is_shown_as_it_was_written():
    assert marked(a_highlighter("质子 pem").segments("質子與ＰＥＭ")) == ["質子", "ＰＥＭ"]
    assert marked(a_highlighter("m2").segments("十㎡膜")) == ["㎡"]


def test_a_latin_word_is_not_marked_inside_another():
    assert marked(a_highlighter("PEM").segments("PEMFC用PEM，xPEM")) == ["PEM"]


def test_a_character_is_marked_only_when_it_was_asked_for_alone():
    assert marked(a_highlighter("质子").segments("质量与子弹")) == []
    assert marked(a_highlighter("膜").segments("薄膜与膜厚")) == ["膜", "膜"]


def test_other_names_of_a_concept_are_marked():
    assert marked(a_highlighter("脑机接口").segments("非侵入BCI与brain–computer interfaces")) == [
        "BCI",
        "brain–computer interfaces",
    ]


def test_a_query_without_terms_marks_nothing():
    assert a_highlighter("").segments("质子") == (("质子", False),)
    assert a_highlighter("质子").segments("") == ()


def test_a_snippet_shows_where_most_matched_and_says_what_it_left_out():
    text = "质子，" + "无关的话" * 20 + "。质子交换膜的电导率" + "别的事情" * 20
    segments = a_highlighter("质子交换膜").snippet(text, length=40)
    assert segments[:3] == (("…", False), ("质子交换膜", True), ("的电导率" + ("别的事情" * 8)[:31], False))
    assert segments[-1] == ("…", False)


def test_a_snippet_without_matches_is_the_beginning():
    assert a_highlighter("质子").snippet("甲乙丙丁戊己", length=3) == (("甲乙丙", False), ("…", False))


def test_a_short_text_is_shown_whole_on_one_line():
    assert a_highlighter("质子").snippet("第一行\n质子  膜") == (("第一行 ", False), ("质子", True), (" 膜", False))


@settings(deadline=None)
@given(st.text(), st.text())
def test_the_pieces_put_together_are_the_text(query, text):
    assert "".join(piece for piece, _ in a_highlighter(query).segments(text)) == composed(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("质子膜，。 a")), st.integers(1, 30))
def test_a_snippet_is_a_piece_of_the_text_of_at_most_its_length(text, length):
    pieces = [piece for piece, _ in a_highlighter("质子").snippet(text, length) if piece != "…"]
    assert "".join(pieces) in " ".join(text.split())
    assert len("".join(pieces)) <= length
