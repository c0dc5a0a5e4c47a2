"""Words that two texts share."""

import pytest

from search.analysis.tokens import terms
from search.matching.common_words import common_words
from search.statistics import CountedTerms

CORPUS = (
    "锂离子电池的负极材料",
    "锂离子电池的隔膜",
    "燃料电池的质子交换膜",
    "固态电池的电解质",
    "质子束流的测量",
    "离子注入的方法",
    "硅碳负极的首效",
    "机器人的控制",
    "小麦的育种",
    "风电叶片的打磨",
    "PEM electrolyser and its stack",
    "brain-computer interface for wheelchair control",
)
FILLER = tuple(f"第{number}号文件" for number in range(60))
STATISTICS = CountedTerms(map(terms, CORPUS + FILLER))


def shared(title: str, other: str, text: str = "") -> list[str]:
    return [word.text for word in common_words(title, text, other, STATISTICS)]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("质子交换膜的制备", "一种质子交换膜及其应用", ["质子交换膜"]),
        ("锂离子电池", "钠离子电池", ["离子电池"]),
        ("硅碳负极", "负极硅碳", ["硅碳", "负极"]),
        ("采用机器人", "关于机器人的技术研究", ["机器人"]),
        ("关键技术研究与应用", "关键技术研究与应用", []),
        ("小麦", "质子", []),
        ("", "质子", []),
    ],
)
def test_shared_han_words_are_whole_and_say_something(one, other, words):
    assert sorted(shared(one, other)) == sorted(words)


def test_a_character_that_clings_to_one_outside_is_cut_off():
    assert shared("锂离子电池", "质子电池") == ["电池"]


def test_words_are_shown_as_the_first_text_writes_them():
    assert shared("質子交換膜（ＰＥＭ）", "质子交换膜 pem") == ["質子交換膜", "ＰＥＭ"]


def test_latin_words_are_whole_and_neighbours_stay_together():
    assert shared("Brain-computer interface for PEM", "a brain-computer interface, PEMFC") == [
        "Brain-computer interface"
    ]
    assert shared("A method based on the results", "the method based on results") == []
    assert shared("80 kW PEM", "80 kW PEM") == ["kW PEM"]


def test_the_most_telling_word_comes_first_and_the_title_s_words_before_the_text_s():
    assert shared("打磨", "打磨与育种", text="育种") == ["打磨", "育种"]


def test_a_word_in_most_documents_is_not_shown_unless_they_are_few():
    common = CountedTerms(map(terms, ("电池与膜",) * 90 + ("小麦",)))
    assert [word.text for word in common_words("电池与小麦", "", "小麦与电池", common)] == ["小麦"]
    few = CountedTerms(map(terms, ("电池", "电池", "电池")))
    assert [word.text for word in common_words("电池", "", "电池", few)] == ["电池"]
