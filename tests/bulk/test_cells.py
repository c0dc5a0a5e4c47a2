from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from marketplace.bulk import cells
from marketplace.bulk.cells import CellError


def refusal(reader, cell) -> str:
    with pytest.raises(CellError) as refused:
        reader(cell)
    return refused.value.reason.id


@pytest.mark.parametrize("cell", [None, "", "  \n", [], {}])
def test_nothing_typed_is_blank(cell):
    assert cells.is_blank(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0"])
def test_zero_and_no_are_not_blank(cell):
    assert not cells.is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        (" 质子交换膜 ", "质子交换膜"),
        (280.0, "280"),
        (0.06, "0.06"),
        (5e-05, "0.00005"),
        (Decimal("1E+3"), "1000"),
        (12310000425022547, "12310000425022547"),
        (date(2027, 3, 31), "2027-03-31"),
    ],
)
def test_a_cell_reads_as_a_person_would_have_typed_it(cell, typed):
    assert cells.as_text(cell) == typed


@pytest.mark.parametrize("cell", [True, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused(cell):
    assert refusal(cells.as_text, cell) == cells.TEXT_ASKED


@pytest.mark.parametrize("cell", ["a\x00b", "half \ud800 a character", "bell\x07"])
def test_characters_that_no_database_takes_are_refused(cell):
    assert refusal(cells.as_text, cell) == cells.UNSTORABLE_TEXT


def test_a_text_may_be_as_long_as_its_place_and_no_longer():
    assert cells.text(3)("四五六") == "四五六"
    assert refusal(cells.text(3), "四五六七") == cells.TOO_LONG


@pytest.mark.parametrize("cell", ["膜；电堆; 膜；", ["膜", "电堆", " 膜 ", ""], "膜\n电堆"])
def test_a_list_is_a_list_or_one_text_with_semicolons_each_entry_once(cell):
    assert cells.texts(5)(cell) == ("膜", "电堆")


def test_a_list_has_an_end():
    assert refusal(cells.texts(2), ["a", "b", "c"]) == cells.TOO_MANY


@pytest.mark.parametrize("cell", [15, 15.0, "15", Decimal("15"), " 15 "])
def test_a_whole_number_is_read_from_whatever_holds_it(cell):
    assert cells.whole(1, 120)(cell) == 15


@pytest.mark.parametrize(
    ("cell", "message"),
    [("十五", cells.WHOLE_ASKED), (1.5, cells.WHOLE_ASKED), (0, cells.OUT_OF_RANGE), ("121", cells.OUT_OF_RANGE)],
)
def test_what_is_no_whole_number_in_range_is_refused(cell, message):
    assert refusal(cells.whole(1, 120), cell) == message


@pytest.mark.parametrize(
    ("cell", "amount_fen"),
    [(280, 280_000_000), ("280.5", 280_500_000), ("1,250", 1_250_000_000), (0, 0), (Decimal("0.000001"), 1)],
)
def test_an_amount_in_wan_becomes_whole_fen(cell, amount_fen):
    assert cells.amount_wan(cell) == amount_fen


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("三百", cells.NUMBER_ASKED),
        (-1, cells.AMOUNT_NEGATIVE),
        ("1e30", cells.AMOUNT_TOO_LARGE),
        ("0.0000001", cells.AMOUNT_TOO_FINE),
    ],
)
def test_what_is_no_amount_is_refused(cell, message):
    assert refusal(cells.amount_wan, cell) == message


@pytest.mark.parametrize("cell", ["NaN", "Infinity"])
def test_an_amount_is_finite(cell):
    with pytest.raises(CellError):
        cells.amount_wan(cell)


def test_a_choice_is_known_by_every_word_in_any_spelling():
    read = cells.one_of({"智能网联": "icv", "ICV": "icv", "（其他）": "other"})

    assert [read(cell) for cell in ("智能网联", " icv ", "(其他)")] == ["icv", "icv", "other"]


def test_a_refused_choice_names_the_choices_each_once():
    with pytest.raises(CellError) as refused:
        cells.one_of({"智能网联": "icv", "ICV": "icv", "智能芯片": "chip"})("汽车")

    assert str(refused.value) == "“汽车”不在可选范围：智能网联、智能芯片。"


def test_several_choices_are_read_in_their_order():
    assert cells.several_of({"转让": "transfer", "许可": "licence"})("许可；转让；许可") == ("licence", "transfer")


@pytest.mark.parametrize(("cell", "answer"), [(True, True), ("是", True), ("否", False), ("No", False), (1, True)])
def test_yes_and_no(cell, answer):
    assert cells.yes_no(cell) is answer


def test_what_is_neither_yes_nor_no_is_refused():
    assert refusal(cells.yes_no, "可能") == cells.YES_OR_NO


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2027-03-31", datetime(2027, 3, 31, 16, tzinfo=UTC)),
        ("2027/03/31", datetime(2027, 3, 31, 16, tzinfo=UTC)),
        (date(2027, 3, 31), datetime(2027, 3, 31, 16, tzinfo=UTC)),
        (datetime(2027, 3, 31), datetime(2027, 3, 31, 16, tzinfo=UTC)),  # noqa: DTZ001
        ("2027-03-31 17:00", datetime(2027, 3, 31, 9, tzinfo=UTC)),
        (datetime(2027, 3, 31, 17), datetime(2027, 3, 31, 9, tzinfo=UTC)),  # noqa: DTZ001
        ("2027-03-31T17:00:00+01:00", datetime(2027, 3, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_moment_is_of_beijing_and_a_day_ends_at_midnight(cell, instant):
    assert cells.moment(cell) == instant


@pytest.mark.parametrize("cell", ["明年三月", "2027-02-30", 45000, "9999-12-31"])
def test_what_is_no_moment_is_refused(cell):
    assert refusal(cells.moment, cell) == cells.MOMENT_ASKED


def test_a_day_is_kept_as_text():
    assert cells.day(date(2027, 3, 1)) == cells.day("2027/03/01") == "2027-03-01"
    assert refusal(cells.day, "三月一日") == cells.DAY_ASKED
