"""The file as it came, with what was found written beside each row (adapter to spreadsheets): to be mended in place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from marketplace.bulk.cells import is_blank
from marketplace.bulk.formats import SHEET_SUFFIXES, SourceRow, open_book, read_rows
from marketplace.bulk.importers import VERDICT
from marketplace.bulk.report import Fault, Report, letters_of
from marketplace.bulk.sheets import SAFE, write_value
from marketplace.bulk.showing import flat
from marketplace.core.text import Message

Say = Callable[[Message | str], str]
MOST_HEADS = 500


def annotate(file: IO[bytes], path: Path, report: Report, *, tongue: str, say: Say) -> None:
    """A workbook with the rows where they stood, faulty cells marked, reasons in a last column.

    Raises :class:`FileError` where the file cannot be read.
    """
    book = xlsxwriter.Workbook(file, SAFE)
    page = _Page(book, report, say)
    if path.suffix.lower() in SHEET_SUFFIXES:
        with open_book(path, path.name) as source:
            sheet = source.get_sheet_by_index(0)
            page.copy(sheet.iter_rows(), (sheet.start or (0, 0))[1])
    else:
        page.lay_out(path, tongue)
    book.close()


class _Page:
    def __init__(self, book: Any, report: Report, say: Say) -> None:
        self._page = book.add_worksheet()
        self._bad = book.add_format({"bg_color": "#FDE3DF", "text_wrap": True, "valign": "top"})
        self._why = book.add_format({"font_color": "#9B1C1C", "text_wrap": True, "valign": "top"})
        self._head = book.add_format({"bold": True, "text_wrap": True})
        self._say = say
        self._faults: dict[int, list[Fault]] = {}
        for fault in report.faults:
            self._faults.setdefault(fault.row, []).append(fault)

    def copy(self, rows: Iterator[Sequence[object]], left: int) -> None:
        """Every cell where it was; the verdict to the right of the first row that says anything."""
        verdict = None
        for number, row in enumerate(rows, start=1):
            filled = any(not is_blank(cell) for cell in row)
            if verdict is None and filled:
                verdict = self._place_of_verdict(row, left)
                self._page.write_string(number - 1, verdict, self._say(VERDICT.label), self._head)
            self._write(number, row, left, skip=verdict)
            if verdict is not None:
                self._write_verdict(number, verdict)

    def lay_out(self, path: Path, tongue: str) -> None:
        """JSON lines as a sheet of the same number of rows and one for the heads."""
        heads = _heads_of(path)
        for position, head in enumerate(heads):
            self._page.write_string(0, position, head, self._head)
        self._page.write_string(0, len(heads), self._say(VERDICT.label), self._head)
        for line, row in enumerate(read_rows(path, {}), start=1):
            number = row.row if isinstance(row, Fault) else row.number
            bad = {fault.column for fault in self._faults.get(number, [])}
            cells = {} if isinstance(row, Fault) else row.cells
            for position, head in enumerate(heads):
                value = _as_cell(cells.get(head), tongue)
                write_value(self._page, line, position, value, self._bad if head in bad else None)
            self._write_reasons(line, len(heads), self._faults.get(number, []))

    def _place_of_verdict(self, heads: Sequence[object], left: int) -> int:
        own = [place for place, head in enumerate(heads) if str(head).strip() == self._say(VERDICT.label)]
        return left + (own[0] if own else len(heads))

    def _write(self, number: int, row: Sequence[object], left: int, *, skip: int | None) -> None:
        letters = {_letter_of(fault.column) for fault in self._faults.get(number, [])}
        for position, cell in enumerate(row, start=left):
            if position != skip:
                style = self._bad if letters_of(position) in letters else None
                if is_blank(cell) and style:
                    self._page.write_blank(number - 1, position, None, style)
                write_value(self._page, number - 1, position, _as_cell(cell, "zh"), style)

    def _write_verdict(self, number: int, position: int) -> None:
        self._write_reasons(number - 1, position, self._faults.get(number, []))

    def _write_reasons(self, row: int, position: int, faults: Sequence[Fault]) -> None:
        reasons = [
            f"{self._say(fault.column)}：{self._say(fault.reason)}" if fault.column else self._say(fault.reason)
            for fault in faults
        ]
        if reasons:
            self._page.write_string(row, position, "\n".join(reasons), self._why)


def _heads_of(path: Path) -> list[str]:
    heads: dict[str, None] = {}
    for row in read_rows(path, {}):
        if isinstance(row, SourceRow) and len(heads) < MOST_HEADS:
            heads |= {str(name): None for name in row.cells}
    return list(heads)[:MOST_HEADS]


def _letter_of(column: Message | str) -> str:
    return str(column.values.get("letter", "")) if isinstance(column, Message) else ""


def _as_cell(value: object, tongue: str) -> str | int | float | None:
    if isinstance(value, datetime | date):
        return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, list):
        return flat([_line(one) for one in value], tongue)
    if isinstance(value, Mapping):
        return _line(value)
    if isinstance(value, bool | int | float | str) or value is None:
        return flat(value, tongue)
    return str(value)


def _line(entry: object) -> str:
    return " | ".join(str(part) for part in entry.values()) if isinstance(entry, Mapping) else str(entry)
