from dataclasses import dataclass

import pytest

from marketplace.bulk import fields
from marketplace.bulk.cells import CellError, text, whole
from marketplace.bulk.fields import Field, drafted, entries_of, heads_of, read_fields

TITLE = Field("title", "标题", text(5), is_required=True)
MONTHS = Field("months", "周期（月）", whole(1, 12), to="length")
read_pairs = entries_of((TITLE, MONTHS), ("title", "months"), lambda values: tuple(values.values()), most=3)


def why(cell) -> str:
    with pytest.raises(CellError) as refused:
        read_pairs(cell)
    return str(refused.value)


def test_values_go_by_the_drafts_names_and_faults_by_the_files():
    values, faults = read_fields((TITLE, MONTHS), {"title": "一二三四五六", "months": "3"})

    assert values == {"length": 3}
    assert faults.keys() == {"title"}


def test_a_blank_cell_has_no_value_unless_it_is_required():
    values, faults = read_fields((TITLE, MONTHS), {"title": " ", "months": None})

    assert values == {}
    assert {name: str(reason) for name, reason in faults.items()} == {"title": "缺少“标题”。"}


def test_a_column_is_known_by_its_name_and_by_its_label():
    assert heads_of((MONTHS,)) == {"months": "months", "周期（月）": "months", "Duration (months)": "months"}


@pytest.mark.parametrize(
    "cell",
    [
        [{"title": "膜", "months": 3}, {"title": "堆"}],
        "膜 | 3\n\n堆",
        "膜｜3\n堆",
        ["膜|3", {"title": "堆"}],
    ],
)
def test_entries_are_objects_or_lines(cell):
    assert read_pairs(cell) == (("膜", 3), ("堆",))


def test_a_fault_in_an_entry_says_which_one_and_what():
    assert why("膜 | 3\n堆 | 十") == "第 2 项的“周期（月）”：要填整数，这里是“十”。"
    assert why("膜 | 3 | 4") == "第 1 行有 3 段，最多 2 段，用竖线 | 分开。"


@pytest.mark.parametrize("cell", [{"title": "膜"}, [1], ["膜", 2]])
def test_what_is_no_list_of_entries_is_refused(cell):
    assert why(cell) == fields.LIST_ASKED


def test_there_are_only_so_many_entries():
    assert why("a\nb\nc\nd") == "最多 3 项，这里有 4 项。"


def test_a_draft_takes_what_it_has_a_place_for_and_no_direction_twice():
    @dataclass
    class Draft:
        title: str
        direction: str | None = None
        other_directions: tuple[str, ...] = ()

    values = {"title": "膜", "id": "7", "direction": "membranes", "other_directions": ("membranes", "deep-sea")}

    assert drafted(Draft, values) == Draft("膜", "membranes", ("deep-sea",))
