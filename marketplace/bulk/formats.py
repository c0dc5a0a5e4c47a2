"""Files into rows (adapter to spreadsheets): JSON lines and .xlsx, read one row at a time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

from marketplace.bulk.cells import folded, is_blank
from marketplace.bulk.report import Fault
from marketplace.core.errors import DomainError
from marketplace.core.text import Message, _, say

JSON_SUFFIXES = frozenset({".jsonl", ".json", ".ndjson"})
SHEET_SUFFIXES = frozenset({".xlsx"})
LETTERS = 26
BOM = b"\xef\xbb\xbf"

NOT_FOUND = _("读不到文件“%(name)s”：它不存在，或没有读取权限。")
UNKNOWN_FORMAT = _("不认识“%(name)s”的格式：可以导入 .jsonl、.json（一行一个对象）和 .xlsx。")
NOT_A_SHEET = _("“%(name)s”不是能读的 .xlsx 文件，可能已损坏或有密码。")
AN_ARRAY = _("“%(name)s”是一个 JSON 数组，请改成一行一个对象。")
NO_HEADS = _("“%(name)s”的第一张表是空的。")
HEAD_TWICE = _("“%(name)s”里有两列都是“%(head)s”。")
NOT_UTF8 = _("这一行不是 UTF-8 编码。")
NOT_JSON = _("第 %(column)d 个字符起不是合格的 JSON。")
NOT_AN_OBJECT = _("一行应是一个 JSON 对象。")
PLACE = _("%(letter)s 列 %(head)s")


class FileError(DomainError):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row. ``number`` is its line or its row in the sheet; ``places`` says where a column is, for sheets."""

    number: int
    cells: Mapping[str, object]
    places: Mapping[str, Message] = field(default_factory=dict)


def read_rows(path: Path, heads: Mapping[str, str]) -> Iterator[SourceRow | Fault]:
    """The rows in the file's order, blank ones left out. ``heads`` gives the names of the columns known by other words.

    Raises :class:`FileError` for the file as a whole.
    """
    suffix = path.suffix.lower()
    if suffix in JSON_SUFFIXES:
        return _read_lines(path)
    if suffix in SHEET_SUFFIXES:
        return _read_sheet(path, {folded(head): name for head, name in heads.items()})
    raise FileError(say(UNKNOWN_FORMAT, name=path.name))


def _read_lines(path: Path) -> Iterator[SourceRow | Fault]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileError(say(NOT_FOUND, name=path.name)) from error
    with file:
        yield from _rows_of_lines(path, file)


def _rows_of_lines(path: Path, file: BinaryIO) -> Iterator[SourceRow | Fault]:
    for number, raw in enumerate(file, start=1):
        line = raw.removeprefix(BOM).strip() if number == 1 else raw.strip()
        if number == 1 and line.startswith(b"["):
            raise FileError(say(AN_ARRAY, name=path.name))
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


def _read_sheet(path: Path, names: Mapping[str, str]) -> Iterator[SourceRow | Fault]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            left = (sheet.start or (0, 0))[1]
            rows = ((number, row) for number, row in enumerate(sheet.iter_rows(), start=1) if not _is_empty(row))
            yield from _rows_under_heads(path, rows, left, names)
    except OSError as error:
        raise FileError(say(NOT_FOUND, name=path.name)) from error
    except (CalamineError, PasswordError, XmlError, ZipError) as error:
        raise FileError(say(NOT_A_SHEET, name=path.name)) from error


def _rows_under_heads(
    path: Path, rows: Iterator[tuple[int, Sequence[object]]], left: int, names: Mapping[str, str]
) -> Iterator[SourceRow]:
    """The first row that says anything holds the heads."""
    _number, heads = next(rows, (0, ()))
    columns: dict[int, str] = {}
    places: dict[str, Message] = {}
    for position, cell in enumerate(heads):
        if is_blank(cell):
            continue
        head = str(cell).strip()
        name = names.get(folded(head), head)
        if name in places:
            raise FileError(say(HEAD_TWICE, name=path.name, head=head))
        columns[position] = name
        places[name] = say(PLACE, letter=letters_of(left + position), head=head)
    if not columns:
        raise FileError(say(NO_HEADS, name=path.name))
    for number, row in rows:
        yield SourceRow(number, {name: row[position] for position, name in columns.items()}, places)


def _is_empty(row: Sequence[object]) -> bool:
    return all(is_blank(cell) for cell in row)


def letters_of(position: int) -> str:
    """A sheet's name for its column: A, B, … Z, AA; counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
