"""What our pages send, and what only somebody sends who writes requests by hand."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FormField

from marketplace.core.calendar import from_beijing
from marketplace.web.forms import BaseForm, BeijingDateTimeField, TextField, whole_number
from marketplace.web.rows import FAR_TOO_MANY, RowsField, change_rows

MOST = 3


class RowForm(BaseForm):
    class Meta:
        csrf = False

    name = TextField()


class RowsForm(BaseForm):
    class Meta:
        csrf = False

    rows = RowsField(FormField(RowForm), MOST)
    end = BeijingDateTimeField()


@pytest.fixture
def fill(app):
    with app.test_request_context():
        yield lambda typed: RowsForm(formdata=MultiDict(typed))


@pytest.mark.parametrize(("typed", "number"), [("0", 0), ("12", 12), ("007", 7)])
def test_a_number_of_ours_is_read(typed, number):
    assert whole_number(typed) == number


@pytest.mark.parametrize("typed", [None, "", "-1", "1.0", "²", "٣", "9" * 5000, "x"])
def test_anything_else_is_no_number(typed):
    assert whole_number(typed) is None


def test_rows_are_read_in_their_order(fill):
    form = fill({"rows-2-name": "丙", "rows-0-name": "甲"})
    assert [row["name"] for row in form.rows.data] == ["甲", "丙"]


def test_rows_without_a_number_are_none(fill):
    assert fill({"rows-²-name": "x", "rows--1-name": "x", "rows-name": "x"}).rows.data == []


def test_one_row_too_many_is_said_and_kept(fill):
    form = fill({f"rows-{i}-name": str(i) for i in range(MOST + 1)})
    assert not form.validate()
    assert (len(form.rows.data), form.rows.errors) == (MOST + 1, ["最多 3 项。"])


def test_far_too_many_rows_cost_nothing(fill):
    form = fill({f"rows-{i}-name": str(i) for i in range(MOST * FAR_TOO_MANY * 2)})
    assert len(form.rows.entries) == MOST * FAR_TOO_MANY
    assert change_rows(form.rows, {"add_row": ""})
    assert len(form.rows.entries) == MOST * FAR_TOO_MANY
    assert not form.validate()


def test_a_row_is_removed_by_its_number_and_by_nothing_else(fill):
    form = fill({"rows-0-name": "甲", "rows-1-name": "乙"})
    assert not change_rows(form.rows, {"remove_row": "²"})
    assert change_rows(form.rows, {"remove_row": "0"})
    assert [row["name"] for row in form.rows.data] == ["乙"]


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "1999-12-31T23:59", "9999-12-31T23:59"])
def test_a_year_that_cannot_be_meant_is_asked_about(fill, typed):
    form = fill({"end": typed})
    assert not form.validate()
    assert form.end.errors == ["请检查年份：要在 2000 到 2999 之间。"]


def test_a_clock_time_is_one_of_beijing(fill):
    form = fill({"end": "2027-03-01T09:00"})
    assert form.validate()
    assert form.end.moment == from_beijing(form.end.data)
