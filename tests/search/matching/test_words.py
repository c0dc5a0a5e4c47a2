"""Words that say little."""

import pytest

from search.matching.words import is_everyday, trimmed


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("的质子膜", "质子膜"),
        ("质子膜的", "质子膜"),
        ("采用质子膜", "质子膜"),
        ("质子膜技术", "质子膜"),
        ("质子膜技术研究", "质子膜"),
        ("治疗中", "治疗"),
        ("在肿瘤", "肿瘤"),
        ("在线监测", "在线监测"),
        ("有机硅", "有机硅"),
        ("等离子体", "等离子体"),
        ("空中", "空中"),
        ("采用", ""),
        ("的", ""),
        ("", ""),
    ],
)
def test_particles_and_function_words_at_the_ends_go(word, kept):
    assert trimmed(word) == kept


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("关键技术", True), ("关键技术研究", True), ("安全运行", True), ("质子膜", False), ("膜技术", False)],
)
def test_a_word_made_of_everyday_words_is_everyday(word, is_one):
    assert is_everyday(word) == is_one
