"""Files that mean harm, or were merely made badly: clear words, never a fall, never a hang."""

import io
import json
import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from marketplace.bulk import guard
from marketplace.bulk.formats import read_rows
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.report import FileError
from marketplace.core.errors import DomainError
from tests.factories.organisations import an_organisation

HEADS = ["编号", "类型", "标题", "要解决的问题", "榜额（万元）", "周期（月）", "截止时间", "考核指标"]
GENERATED = 1_000
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(rows, *, formulas=False, merged=False) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "nan_inf_to_errors": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        for position, cell in enumerate(row):
            if formulas and isinstance(cell, str) and cell.startswith("="):
                page.write_formula(number, position, cell, None, "计算值")
            else:
                page.write(number, position, cell)
    if merged:
        page.merge_range(len(rows), 0, len(rows) + 1, 3, "合并")
    book.close()
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes | None) -> bytes:
    """The same workbook with a part replaced, added, or (None) left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        if content is not None:
            new.writestr(name, content)
    return made.getvalue()


def sheet_xml(body: str) -> bytes:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData></worksheet>"
    ).encode()


PLAIN = a_workbook([HEADS, ["d-1", "技术攻关", "膜", "难", 280, 12, "2027-03-31", ""]])
FAR_APART = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="40000"><c r="SF40000"><v>1</v></c></row>')
DEEP = ('<row r="1"><c r="A1" t="inlineStr"><is>' + "<r>" * 5_000 + "</r>" * 5_000 + "</is></c></row>").encode()
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
HARMFUL = {
    "text": (b"no workbook", guard.NOT_A_SHEET),
    "nothing but the mark": (b"PK\x03\x04", guard.NOT_A_SHEET),
    "old format": (b"\xd0\xcf\x11\xe0" + b"\0" * 2_000, guard.OLD_OR_LOCKED),
    "another zip": (with_part(PLAIN, "[Content_Types].xml", None), guard.NOT_A_SHEET),
    "macros": (with_part(PLAIN, "xl/vbaProject.bin", b"x"), guard.HAS_MACROS),
    "macros by type": (
        with_part(PLAIN, "[Content_Types].xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        guard.HAS_MACROS,
    ),
    "cut short": (PLAIN[: len(PLAIN) // 2], guard.NOT_A_SHEET),
    "broken xml": (with_part(PLAIN, SHEET, b"<worksheet><sheetData><row>"), guard.NOT_A_SHEET),
    "no xml": (with_part(PLAIN, SHEET, b"\xff\xfe\x00garbage"), guard.NOT_A_SHEET),
    "entities": (with_part(PLAIN, SHEET, LAUGHS), guard.NOT_A_SHEET),
    "more announced than there is": (
        with_part(PLAIN, "xl/sharedStrings.xml", b'<sst count="1000000000000" uniqueCount="1000000000000"/>'),
        guard.NOT_A_SHEET,
    ),
    "far apart": (with_part(PLAIN, SHEET, FAR_APART), guard.TOO_WIDE),
    "a cell beyond every sheet": (
        with_part(PLAIN, SHEET, sheet_xml('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>')),
        guard.NOT_A_SHEET,
    ),
    "a row that is no number": (
        with_part(PLAIN, SHEET, sheet_xml('<row r="x"><c r="A1"><v>1</v></c></row>')),
        guard.NOT_A_SHEET,
    ),
    "an error of a formula": (
        with_part(PLAIN, SHEET, sheet_xml('<row r="1"><c r="B1" t="e"><v>#REF!</v></c></row>')),
        guard.FORMULA_ERROR,
    ),
    "100,000 columns": (
        with_part(PLAIN, SHEET, sheet_xml("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>")),
        guard.TOO_MANY_COLUMNS,
    ),
    "too many rows": (
        with_part(PLAIN, SHEET, sheet_xml("<row><c><v>1</v></c></row>" * 50_002)),
        guard.TOO_MANY_ROWS,
    ),
}


@pytest.fixture
def file(tmp_path):
    def write(data: bytes, name: str = "hostile.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_harmful_is_refused_with_its_reason(file, what):
    data, why = HARMFUL[what]

    with pytest.raises(FileError) as refused:
        list(read_rows(file(data), {}))
    assert refused.value.message.id == why


def test_a_zip_bomb_is_refused_before_it_is_unpacked(file, monkeypatch):
    monkeypatch.setattr(guard, "MOST_UNPACKED", 1024 * 1024)
    bomb = with_part(PLAIN, SHEET, sheet_xml("<row><c><v>1</v></c></row>" + " " * (4 * 1024 * 1024)))

    assert len(bomb) < 20_000
    with pytest.raises(FileError) as refused:
        list(read_rows(file(bomb), {}))
    assert refused.value.message.id == guard.TOO_LARGE


def test_elements_within_elements_do_no_harm(file):
    path = file(with_part(PLAIN, SHEET, sheet_xml(DEEP.decode())))
    with suppress(FileError):
        assert len(list(read_rows(path, {}))) <= 1


def test_formulas_are_read_as_what_they_showed(file):
    (row,) = read_rows(file(a_workbook([["标题"], ['=HYPERLINK("http://x")']], formulas=True)), {"标题": "title"})

    assert row.cells == {"title": "计算值"}


def test_lines_that_mean_harm_are_faults(file):
    deep = b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    huge = b'{"months": ' + b"9" * 10_000 + b"}"
    with pytest.raises(FileError):
        list(read_rows(file(b'{"title": "' + b"x" * 2_000_000 + b'"}', "long.jsonl"), {}))
    found = list(read_rows(file(deep + b"\n" + huge + b'\n{"months": 1e999999999}', "a.jsonl"), {}))
    assert len(found) == 3


def some_cell(dice: random.Random) -> object:
    """Anything a cell may hold."""
    return dice.choice(
        [
            lambda: "",
            lambda: "=1+1",
            lambda: "=cmd|' /C calc'!A0",
            lambda: "+86 21",
            lambda: "' OR 1=1; DROP TABLE challenge; --",
            lambda: "<script>alert(1)</script>",
            lambda: "{{ 7*7 }}${7*7}%(x)s%s",
            lambda: "x" * dice.choice([200, 5_001, 32_000]),
            lambda: "\u202e\u200b字\ufeff",
            lambda: "a\x0bb\x07c",
            lambda: "|" * 50 + "\n" * 50,
            lambda: "；" * 300,
            lambda: dice.uniform(-1e300, 1e300),
            lambda: dice.randint(-(2**53), 2**53),
            lambda: 46_000.5,
            lambda: True,
            lambda: dice.choice(
                ["技术攻关", "research", "面议", "2027-03-31", "99999-99-99", "1e400", "NaN", "膜", "是"]
            ),
            lambda: "".join(
                chr(dice.choice([dice.randint(32, 0x2FFF), dice.randint(0x1F300, 0x1F6FF)])) for _ in range(9)
            ),
        ]
    )()


def some_object(dice: random.Random, depth: int = 0) -> object:
    kinds = [lambda: some_cell(dice), lambda: None, dice.random]
    if depth < 3:
        kinds += [
            lambda: [some_object(dice, depth + 1) for _ in range(dice.randint(0, 4))],
            lambda: {some_name(dice): some_object(dice, depth + 1) for _ in range(dice.randint(0, 4))},
        ]
    return dice.choice(kinds)()


def some_name(dice: random.Random) -> str:
    return dice.choice(
        ["id", "kind", "title", "indicators", "figures", "particulars", "name", "target", "public_id", "version",
         "organisation", "code", "topics", "closes_at", "sub_checked", "description", "cooperation", "编号", "\0", ""]
    )  # fmt: skip


def mangled(dice: random.Random, data: bytes) -> bytes:
    """A few bytes of it are not what they were."""
    changed = bytearray(data)
    for _time in range(dice.randint(1, 30)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed[: dice.choice([len(changed), dice.randrange(1, len(changed))])])


def mangled_part(dice: random.Random, data: bytes) -> bytes:
    """A part of the workbook is damaged inside a zip that is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = dice.choice(book.namelist())
        content = book.read(part)
    text = content.decode("utf8", "replace")
    damage = [
        lambda: mangled(dice, content),
        lambda: re.sub(r"\d+", lambda _found: str(dice.choice([0, 7, 10**6, 10**12])), text).encode(),
        lambda: text.replace("<v>", "<v>&#0;").encode(),
        (text + text).encode,
        lambda: b"",
    ]
    return with_part(data, part, dice.choice(damage)())


@pytest.mark.parametrize("seed", range(GENERATED // 100))
def test_generated_files_are_taken_or_refused_in_words(session, plan, file, sqlite_only, seed):
    organisation = an_organisation(session)
    dice = random.Random(seed)
    for number in range(100):
        kind = dice.choice(list(IMPORTERS))
        shape = number % 4
        if shape == 0:
            rows = [[some_name(dice) if dice.random() < 0.1 else head for head in HEADS]]
            rows += [[some_cell(dice) for _head in HEADS] for _row in range(dice.randint(0, 6))]
            path = file(a_workbook(rows, formulas=dice.random() < 0.5, merged=dice.random() < 0.3))
        elif shape == 1:
            text = "\n".join(json.dumps(some_object(dice)) for _row in range(dice.randint(0, 8)))
            path = file(text.encode(), "hostile.jsonl")
        elif shape == 2:
            path = file(mangled(dice, PLAIN))
        else:
            path = file(mangled_part(dice, PLAIN))
        with suppress(DomainError):
            report = plan(kind, path, organisation=organisation.code)
            assert all(str(fault.reason) and len(str(fault.reason)) < 2_000 for fault in report.faults)
