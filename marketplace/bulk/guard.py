"""A look inside a workbook before it is read (adapter to zip and XML): too big, broken or armed ones are refused.

The reader lays cells out as a rectangle; two cells far apart would fill the memory. Sizes are counted as they are
unpacked, not as the file claims them.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from marketplace.bulk.report import FileError, letters_of
from marketplace.core.text import _, say

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
MOST_PARTS = 2_000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 500
MOST_CELLS = 3_000_000
CHUNK = 64 * 1024
PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ANNOUNCING = frozenset({"count", "uniqueCount"})
SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, NotImplementedError, RuntimeError,
          UnicodeError, ValueError, LookupError)  # fmt: skip

NOT_A_SHEET = _("“%(name)s”不是能读的 .xlsx 文件，可能已损坏或有密码。")
OLD_OR_LOCKED = _("“%(name)s”是旧格式（.xls）或加了密码，请另存为没有密码的 .xlsx 再上传。")
HAS_MACROS = _("“%(name)s”含有宏。请另存为不含宏的 .xlsx 再上传。")
TOO_LARGE = _("“%(name)s”展开后太大，请分成几个文件。")
TOO_MANY_ROWS = _("“%(name)s”超过 %(most)d 行，请分成几个文件。")
TOO_MANY_COLUMNS = _("“%(name)s”超过 %(most)d 列，请只留下模板里的列。")
TOO_WIDE = _("“%(name)s”的内容散得太开（%(rows)d 行 × %(columns)d 列），请删去无用的行列。")
FORMULA_ERROR = _("单元格 %(place)s 是公式错误，请改成文字或数字再上传。")


def look_inside(path: Path, name: str) -> None:
    """Raise :class:`FileError` unless it is a workbook of a reasonable size, without macros."""
    with path.open("rb") as file:
        mark = file.read(4)
    if mark == OLE_MARK:
        raise FileError(say(OLD_OR_LOCKED, name=name))
    if mark != ZIP_MARK:
        raise FileError(say(NOT_A_SHEET, name=name))
    with _only_refusals(name), zipfile.ZipFile(path) as book:
        _look_at_parts(book, name)
        for part in book.namelist():
            if SHEETS.fullmatch(part):
                reader: _Part = _Sheet(name)
            elif part.lower().endswith(".xml"):
                reader = _Part(name)
            else:
                continue
            with book.open(part) as content:
                reader.read(content)


@contextmanager
def _only_refusals(name: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise FileError(say(NOT_A_SHEET, name=name)) from error


def _look_at_parts(book: zipfile.ZipFile, name: str) -> None:
    parts = book.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileError(say(TOO_LARGE, name=name))
    lowered = {part.filename.lower() for part in parts}
    if any("vbaproject" in part or "macrosheets" in part for part in lowered):
        raise FileError(say(HAS_MACROS, name=name))
    if b"macroenabled" in book.read("[Content_Types].xml")[:MOST_UNPACKED].lower():
        raise FileError(say(HAS_MACROS, name=name))


class _Part:
    """A part of the book, unpacked chunk by chunk: well-formed, without entities, and modest in what it announces.

    The reader makes room for as many things as a part announces; for more than there is, it takes the process along.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, content: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._refuse
        unpacked = 0
        while chunk := content.read(CHUNK):
            unpacked += len(chunk)
            if unpacked > MOST_UNPACKED:
                raise FileError(say(TOO_LARGE, name=self._name))
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _refuse(self, *_declaration: object) -> None:
        raise FileError(say(NOT_A_SHEET, name=self._name))

    def _start(self, _tag: str, attributes: dict[str, str]) -> None:
        for announced in ANNOUNCING & attributes.keys():
            if int(attributes[announced]) > MOST_CELLS:
                self._refuse()


class _Sheet(_Part):
    """Where the filled cells of a sheet lie."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._left, self._top = MOST_CELLS, MOST_CELLS
        self._right = self._bottom = 0
        self._row = 0
        self._column = 0
        self._is_error = False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif tag == "c":
            self._place(attributes.get("r"))
            self._is_error = attributes.get("t") == "e"
        elif tag in ("v", "is"):
            self._filled()
        else:
            super()._start(tag, attributes)

    def _place(self, place: str | None) -> None:
        found = PLACE.fullmatch(place) if place else None
        if place and not found:
            raise FileError(say(NOT_A_SHEET, name=self._name))
        if found:
            self._column, self._row = _column_of(found[1]), int(found[2])
        else:
            self._column += 1

    def _filled(self) -> None:
        if self._is_error:
            raise FileError(say(FORMULA_ERROR, place=f"{letters_of(self._column - 1)}{self._row}"))
        self._left, self._right = min(self._left, self._column), max(self._right, self._column)
        self._top, self._bottom = min(self._top, self._row), max(self._bottom, self._row)
        rows, columns = self._bottom - self._top + 1, self._right - self._left + 1
        if columns > MOST_COLUMNS:
            raise FileError(say(TOO_MANY_COLUMNS, name=self._name, most=MOST_COLUMNS))
        if rows > MOST_ROWS + 1:
            raise FileError(say(TOO_MANY_ROWS, name=self._name, most=MOST_ROWS))
        if rows * columns > MOST_CELLS:
            raise FileError(say(TOO_WIDE, name=self._name, rows=rows, columns=columns))


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
