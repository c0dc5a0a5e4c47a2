"""Files into rows (adapter to spreadsheets): JSON lines and .xlsx, read one row at a time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

from marketplace.bulk.cells import folded, is_blank
from marketplace.bulk.guard import MOST_ROWS, NOT_A_SHEET, TOO_MANY_ROWS, look_inside
from marketplace.bulk.report import Fault, FileError, letters_of
from marketplace.core.text import Message, _, say

JSON_SUFFIXES = frozenset({".jsonl", ".json", ".ndjson"})
SHEET_SUFFIXES = frozenset({".xlsx"})
LONGEST_LINE = 1024 * 1024
BOM = b"\xef\xbb\xbf"

NOT_FOUND = _("读不到文件“%(name)s”：它不存在，或没有读取权限。")
UNKNOWN_FORMAT = _("不认识“%(name)s”的格式：可以导入 .jsonl、.json（一行一个对象）和 .xlsx。")
AN_ARRAY = _("“%(name)s”是一个 JSON 数组，请改成一行一个对象。")
NO_HEADS = _("“%(name)s”的第一张表是空的。")
HEAD_TWICE = _("“%(name)s”里有两列都是“%(head)s”。")
LINE_TOO_LONG = _("“%(name)s”第 %(row)d 行太长（超过 1 MB）。")
NOT_UTF8 = _("这一行不是 UTF-8 编码。")
NOT_JSON = _("第 %(column)d 个字符起不是合格的 JSON。")
NOT_AN_OBJECT = _("一行应是一个 JSON 对象。")
PLACE = _("%(letter)s 列 %(head)s")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row. ``number`` is its line or its row in the sheet; ``places`` says where a column is, for sheets."""

    number: int
    cells: Mapping[str, object]
    places: Mapping[str, Message] = field(default_factory=dict)


def read_rows(path: Path, heads: Mapping[str, str], *, name: str | None = None) -> Iterator[SourceRow | Fault]:
    """The rows in the file's order, blank ones left out. ``heads`` gives the names of the columns known by other words.

    Raises :class:`FileError` for the file as a whole.
    """
    suffix, said = path.suffix.lower(), name or path.name
    if suffix in JSON_SUFFIXES:
        return _read_lines(path, said)
    if suffix in SHEET_SUFFIXES:
        return _read_sheet(path, said, {folded(head): field for head, field in heads.items()})
    raise FileError(say(UNKNOWN_FORMAT, name=said))


def _read_lines(path: Path, name: str) -> Iterator[SourceRow | Fault]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileError(say(NOT_FOUND, name=name)) from error
    with file:
        yield from _rows_of_lines(name, file)


def _rows_of_lines(name: str, file: BinaryIO) -> Iterator[SourceRow | Fault]:
    for number, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1):
        if number > MOST_ROWS:
            raise FileError(say(TOO_MANY_ROWS, name=name, most=MOST_ROWS))
        if len(raw) > LONGEST_LINE:
            raise FileError(say(LINE_TOO_LONG, name=name, row=number))
        line = raw.removeprefix(BOM).strip() if number == 1 else raw.strip()
        if number == 1 and line.startswith(b"["):
            raise FileError(say(AN_ARRAY, name=name))
        if line:
            yield _row_of_line(number, line)


def _row_of_line(number: int, line: bytes) -> SourceRow | Fault:
    try:
        cells = json.loads(line.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return Fault(number, "", say(NOT_UTF8))
    except json.JSONDecodeError as error:
        return Fault(number, "", say(NOT_JSON, column=error.colno))
    except (ValueError, RecursionError):
        return Fault(number, "", say(NOT_JSON, column=1))
    return SourceRow(number, cells) if isinstance(cells, dict) else Fault(number, "", say(NOT_AN_OBJECT))


def _refuse_constant(name: str) -> object:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def _read_sheet(path: Path, name: str, names: Mapping[str, str]) -> Iterator[SourceRow | Fault]:
    with open_book(path, name) as book:
        sheet = book.get_sheet_by_index(0)
        left = (sheet.start or (0, 0))[1]
        rows = ((number, row) for number, row in enumerate(sheet.iter_rows(), start=1) if not _is_empty(row))
        yield from _rows_under_heads(name, rows, left, names)


@contextmanager
def open_book(path: Path, name: str) -> Iterator[CalamineWorkbook]:
    """A workbook that was looked into first. Raises :class:`FileError`, also where it breaks while it is read."""
    try:
        look_inside(path, name)
        with CalamineWorkbook.from_path(path) as book:
            yield book
    except (FileError, GeneratorExit):
        raise
    except OSError as error:
        raise FileError(say(NOT_FOUND, name=name)) from error
    except (CalamineError, PasswordError, XmlError, ZipError) as error:
        raise FileError(say(NOT_A_SHEET, name=name)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the reader's own faults arrive; no class to name
            raise
        raise FileError(say(NOT_A_SHEET, name=name)) from error


def _rows_under_heads(
    name: str, rows: Iterator[tuple[int, Sequence[object]]], left: int, names: Mapping[str, str]
) -> Iterator[SourceRow]:
    """The first row that says anything holds the heads."""
    _number, heads = next(rows, (0, ()))
    columns: dict[int, str] = {}
    places: dict[str, Message] = {}
    for position, cell in enumerate(heads):
        if is_blank(cell):
            continue
        head = str(cell).strip()
        field_name = names.get(folded(head), head)
        if field_name in places:
            raise FileError(say(HEAD_TWICE, name=name, head=head))
        columns[position] = field_name
        places[field_name] = say(PLACE, letter=letters_of(left + position), head=head)
    if not columns:
        raise FileError(say(NO_HEADS, name=name))
    for number, row in rows:
        yield SourceRow(number, {field_name: row[position] for position, field_name in columns.items()}, places)


def _is_empty(row: Sequence[object]) -> bool:
    return all(is_blank(cell) for cell in row)
