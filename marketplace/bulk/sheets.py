"""Rows into files (adapter to XlsxWriter): one row in memory at a time, and never a formula.

Text is always written as text: what begins with ``=``, ``+``, ``-`` or ``@`` is shown, not reckoned.
"""

import json
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from marketplace.bulk.english import worded
from marketplace.bulk.showing import CODES, flat
from marketplace.core.errors import DomainError
from marketplace.core.registry import Column
from marketplace.core.text import _, say

XLSX, JSONL = "xlsx", "jsonl"
SUFFIXES = (XLSX, JSONL)
MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSONL: "application/x-ndjson",
}
MOST_ROWS = 50_000
LONGEST_SHEET_NAME = 31
SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TOO_MANY_ROWS = _("超过 %(most)d 行，请先缩小筛选再导出。")


class TooManyRowsError(DomainError):
    """The list is longer than one file holds."""

    def __init__(self) -> None:
        super().__init__(say(TOO_MANY_ROWS, most=MOST_ROWS))


def write_file(
    suffix: str, file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any], *, title: str, tongue: str
) -> int:
    """Write every row, in chunks as they come; the number written. Raises :class:`TooManyRowsError`."""
    if suffix == JSONL:
        return _write_lines(file, columns, rows)
    return _write_sheet(file, columns, rows, title=title, tongue=tongue)


def _write_lines(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> int:
    count = 0
    for row in _at_most(rows):
        count += 1
        said = {column.name: value for column in columns if (value := column.cell(row, CODES)) not in (None, "", [])}
        file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    return count


def _write_sheet(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any], *, title: str, tongue: str) -> int:
    book = xlsxwriter.Workbook(file, SAFE)
    page = book.add_worksheet(sheet_name(title))
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for position, column in enumerate(columns):
        page.set_column(position, position, column.width)
        page.write_string(0, position, worded(column.label, tongue), head)
    page.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(_at_most(rows), start=1):
        for position, column in enumerate(columns):
            write_value(page, count, position, flat(column.cell(row, tongue), tongue), cell)
    page.autofilter(0, 0, count, max(len(columns) - 1, 0))
    book.close()
    return count


def write_value(page: Any, row: int, position: int, value: str | int | float | None, style: Any = None) -> None:
    if isinstance(value, str):
        if value:
            page.write_string(row, position, value, style)
    elif value is not None:
        page.write_number(row, position, value, style)


def sheet_name(title: str) -> str:
    """As Excel takes it: without marks of its own, not too long."""
    return "".join(mark for mark in title if mark not in "[]:*?/\\'")[:LONGEST_SHEET_NAME] or "1"


def _at_most(rows: Iterable[Any]) -> Iterable[Any]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise TooManyRowsError
        yield row
