from datetime import date
from decimal import Decimal

import pytest

from marketplace.bulk import formats
from marketplace.bulk.formats import FileError, letters_of, read_rows
from marketplace.bulk.report import Fault

HEADS = {"title": "title", "标题": "title", "榜额（万元）": "budget_wan"}


def rows_of(path):
    return [(row.number, dict(row.cells)) for row in read_rows(path, HEADS)]


def refusal(path) -> str:
    with pytest.raises(FileError) as refused:
        list(read_rows(path, HEADS))
    return refused.value.message.id


def test_a_row_of_json_lines_is_a_line_and_blank_lines_are_left_out(lines):
    path = lines('\ufeff{"title": "膜", "budget_wan": 280.5}', "", '{"title": "堆"}', name="rows.json")

    assert rows_of(path) == [(1, {"title": "膜", "budget_wan": Decimal("280.5")}), (3, {"title": "堆"})]


def test_a_bad_line_is_a_fault_and_the_rest_is_read(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes('{"title": "膜"}\n{"title": \n[1]\n{"n": NaN}\n'.encode() + b'{"title": "\xff"}\n{"title": "z"}')

    found = list(read_rows(path, HEADS))

    assert [(row.row, row.reason.id) for row in found if isinstance(row, Fault)] == [
        (2, formats.NOT_JSON),
        (3, formats.NOT_AN_OBJECT),
        (4, formats.NOT_JSON),
        (5, formats.NOT_UTF8),
    ]
    assert [row.number for row in found if not isinstance(row, Fault)] == [1, 6]


def test_json_lines_are_read_one_at_a_time(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"title": "膜"}\n' * 10_000, encoding="utf-8")

    rows = read_rows(path, HEADS)

    assert next(rows).number == 1
    rows.close()


def test_a_sheet_is_read_by_names_or_labels_with_the_rows_of_the_sheet(sheet):
    path = sheet(["标题", " 榜额(万元) ", "备注"], ["膜", 280, True], [], ["堆", "", date(2027, 3, 1)])

    assert rows_of(path) == [
        (2, {"title": "膜", "budget_wan": 280.0, "备注": True}),
        (4, {"title": "堆", "budget_wan": "", "备注": date(2027, 3, 1)}),
    ]


def test_a_column_of_a_sheet_has_a_place_that_people_find(sheet):
    row = next(read_rows(sheet([None, "标题"], [None, "膜"]), HEADS))

    assert str(row.places["title"]) == "B 列 标题"


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered_as_in_a_sheet(position, letters):
    assert letters_of(position) == letters


def test_files_that_cannot_be_read_are_refused_as_a_whole(tmp_path, sheet, lines):
    (tmp_path / "rows.csv").write_text("title\n")
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")

    assert refusal(tmp_path / "rows.csv") == formats.UNKNOWN_FORMAT
    assert refusal(tmp_path / "broken.xlsx") == formats.NOT_A_SHEET
    assert refusal(tmp_path / "missing.jsonl") == formats.NOT_FOUND
    assert refusal(tmp_path / "missing.xlsx") == formats.NOT_FOUND
    assert refusal(sheet()) == formats.NO_HEADS
    assert refusal(sheet(["标题", "title"], ["膜", "膜"])) == formats.HEAD_TWICE
    assert refusal(lines("[", "{}", "]", name="array.json")) == formats.AN_ARRAY
