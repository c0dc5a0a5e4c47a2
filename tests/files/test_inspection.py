"""What is taken and what is refused, with the words that people read."""

import io
import stat
import zipfile

import pytest

from marketplace.core.errors import Invalid
from marketplace.files import archives, refusals
from marketplace.files.inspection import inspect
from tests.files.samples import (
    GOOD,
    OFFICE,
    chunk,
    content_types,
    jpeg,
    office,
    pdf,
    png,
    segment,
    stream,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ\x90\0" + b"\0" * 200
PACKAGE = OLE + "Ole10Native".encode("utf-16-le") + PROGRAM
FORMULA = OLE + "Equation Native".encode("utf-16-le")


def relation(kind: str, mode: str = "External") -> str:
    return f'<Relationships><Relationship Type="x/{kind}" Target="http://x/" TargetMode="{mode}"/></Relationships>'


def with_override(kind: str) -> str:
    return f'<Override PartName="/x" ContentType="{kind}"/>'


def a_link() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


def locked() -> bytes:
    content = bytearray(zipped({"a.txt": "甲"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def lying_size() -> bytes:
    """A member that claims to be small: it is read no further than it claims, and its sum does not fit."""
    content = bytearray(zipped({"a.txt": b"a" * 5000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(mark) + at
        content[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(content)


def overlapping() -> bytes:
    """Many names for one content."""
    one = zipped({"a.txt": bytes(range(256)) * 64}, method=zipfile.ZIP_STORED)
    end = one.rindex(b"PK\x05\x06")
    start = one.index(b"PK\x01\x02")
    entries = b"".join(one[start:end].replace(b"a.txt", b"%05d" % number) for number in range(300))
    tail = b"PK\x05\x06\0\0\0\0" + (300).to_bytes(2, "little") * 2 + len(entries).to_bytes(4, "little")
    return one[:start] + entries + tail + start.to_bytes(4, "little") + b"\0\0"


REFUSED = {
    "nothing in it": ("a.pdf", b"", refusals.EMPTY),
    "no ending": ("报告", pdf(), refusals.NO_ENDING),
    "a program by name": ("a.exe", PROGRAM, refusals.NOT_LISTED),
    "a program by content": ("a.pdf", PROGRAM, refusals.NOT_WHAT_IT_SAYS),
    "two endings": ("a.pdf.exe", pdf(), refusals.NOT_LISTED),
    "an old document": ("a.docx", OLE, refusals.OLD_OFFICE),
    "a document with a password": ("a.xlsx", OLE, refusals.OLD_OFFICE),
    "an old document by name": ("a.doc", OLE, refusals.NOT_LISTED),
    "any zip called a document": ("a.docx", zipped({"a.txt": "甲"}), refusals.NOT_WHAT_IT_SAYS),
    "a sheet called a document": ("a.docx", office("xlsx"), refusals.NOT_WHAT_IT_SAYS),
    "a picture called a PDF": ("a.pdf", png(), refusals.NOT_WHAT_IT_SAYS),
    "a PDF called a picture": ("a.png", pdf(), refusals.NOT_WHAT_IT_SAYS),
    "a zip called text": ("a.txt", zipped({"a.txt": "甲"}), refusals.NOT_WHAT_IT_SAYS),
    "macros": ("a.docx", office("docx", {"word/vbaProject.bin": OLE}), refusals.WITH_MACROS),
    "macros under another name": (
        "a.docx",
        office("docx", {"word/x.bin": OLE}, with_override("application/vnd.ms-office.vbaProject")),
        refusals.WITH_MACROS,
    ),
    "a document that may have macros": (
        "a.docx",
        zipped(
            {
                "[Content_Types].xml": content_types(
                    "word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"
                ),
                "word/document.xml": "<x/>",
            }
        ),
        refusals.WITH_MACROS,
    ),
    "old macro sheets": ("a.xlsx", office("xlsx", {"xl/macrosheets/sheet1.xml": "<x/>"}), refusals.WITH_MACROS),
    "controls": ("a.docx", office("docx", {"word/activeX/activeX1.xml": "<x/>"}), refusals.WITH_MACROS),
    "a program in a document": ("a.docx", office("docx", {"word/media/x.png": PROGRAM}), refusals.WITH_PROGRAM),
    "a program's name in a document": ("a.docx", office("docx", {"word/x.exe": "x"}), refusals.WITH_PROGRAM),
    "a packaged file in a document": (
        "a.docx",
        office("docx", {"word/embeddings/oleObject1.bin": PACKAGE}),
        refusals.WITH_PROGRAM,
    ),
    "a template from outside": (
        "a.docx",
        office("docx", {"word/_rels/settings.xml.rels": relation("attachedTemplate")}),
        refusals.WITH_OUTSIDE,
    ),
    "entities": (
        "a.docx",
        zipped({"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "b">]><Types/>', "word/document.xml": "<x/>"}),
        refusals.BROKEN,
    ),
    "macros in an embedded sheet": (
        "a.docx",
        office("docx", {"word/embeddings/s.xlsx": office("xlsx", {"xl/vbaProject.bin": OLE})}),
        refusals.WITH_MACROS,
    ),
    "a sheet in a sheet in a document": (
        "a.docx",
        office("docx", {"word/embeddings/s.xlsx": office("xlsx", {"xl/embeddings/t.xlsx": office("xlsx")})}),
        refusals.NESTED,
    ),
    "a zip in a document": ("a.docx", office("docx", {"word/x.zip": zipped({"a": "b"})}), refusals.NESTED),
    "a zip in a zip": ("a.zip", zipped({"b.zip": zipped({"a.txt": "甲"})}), refusals.NESTED),
    "a way out": ("a.zip", zipped({"../a.txt": "甲"}), refusals.BAD_PATH),
    "a way out in the middle": ("a.zip", zipped({"a/../../a.txt": "甲"}), refusals.BAD_PATH),
    "an absolute path": ("a.zip", zipped({"/etc/a.txt": "甲"}), refusals.BAD_PATH),
    "a drive": ("a.zip", zipped({"C:/a.txt": "甲"}), refusals.BAD_PATH),
    "the other slash": ("a.docx", office("docx", {"..\\a.xml": "甲"}), refusals.BAD_PATH),
    "one name twice": ("a.zip", zipped({"a.txt": "甲", "A.TXT": "乙"}), refusals.BAD_PATH),
    "a link": ("a.zip", a_link(), refusals.BAD_PATH),
    "a bomb": ("a.zip", zipped({"a.txt": b" " * 8_000_000}), refusals.BOMB),
    "a bomb in a document": ("a.docx", office("docx", {"word/x.xml": b" " * 8_000_000}), refusals.BOMB),
    "a bomb of shared bytes": ("a.zip", overlapping(), refusals.BOMB),
    "too many": ("a.zip", zipped({f"{n}.txt": "甲" for n in range(2001)}), refusals.TOO_MANY_MEMBERS),
    "a password": ("a.zip", locked(), refusals.WITH_PASSWORD),
    "a size that lies": ("a.zip", lying_size(), refusals.BAD_MEMBER),
    "nothing in a zip": ("a.zip", zipped({}), refusals.EMPTY),
    "half a zip": ("a.zip", zipped({"a.txt": "甲" * 500})[:-30], refusals.BROKEN),
    "something before a zip": ("a.zip", b"PK\x03\x04junk" + zipped({"a.txt": "甲"}), refusals.TWO_IN_ONE),
    "something behind a zip": ("a.docx", office("docx") + b"junk", refusals.TWO_IN_ONE),
    "a program in a zip": ("a.zip", zipped({"setup.exe": PROGRAM}), refusals.WITH_PROGRAM),
    "a hidden program in a zip": ("a.zip", zipped({"a.png": PROGRAM}), refusals.BAD_MEMBER),
    "a kind that is not taken in a zip": ("a.zip", zipped({"a.html": "<script>"}), refusals.BAD_MEMBER),
    "junk that is none": ("a.zip", zipped({".DS_Store": PROGRAM}), refusals.BAD_MEMBER),
    "half a PDF": ("a.pdf", pdf()[:-40], refusals.BROKEN),
    "only the head of a PDF": ("a.pdf", b"%PDF-1.7\n", refusals.BROKEN),
    "a PDF with a password": ("a.pdf", pdf(trailer=b"/Encrypt 9 0 R"), refusals.WITH_PASSWORD),
    "a PDF with a script": ("a.pdf", pdf(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), refusals.WITH_SCRIPT),
    "a script in disguise": ("a.pdf", pdf(b"<< /S /J#61va#53cript /JS (x) >>"), refusals.WITH_SCRIPT),
    "a script packed away": (
        "a.pdf",
        pdf(stream(b"5 0 << /S /JavaScript /JS (x) >>", b"/Type /ObjStm /N 1 /First 4")),
        refusals.WITH_SCRIPT,
    ),
    "a program that a PDF starts": ("a.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>"), refusals.WITH_SCRIPT),
    "a file in a PDF": ("a.pdf", pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), refusals.WITH_SCRIPT),
    "objects packed in a way we cannot read": (
        "a.pdf",
        pdf(b"<< /Type /ObjStm /Filter /LZWDecode /Length 3 >>\nstream\nabc\nendstream"),
        refusals.BROKEN,
    ),
    "objects that unpack to a bomb": (
        "a.pdf",
        pdf(stream(b" " * 20_000_000, b"/Type /ObjStm /N 1 /First 4")),
        refusals.BOMB,
    ),
    "a PDF that is a zip, too": ("a.pdf", pdf() + zipped({"a.txt": "甲"}), refusals.TWO_IN_ONE),
    "a picture that is a zip, too": ("a.jpg", jpeg() + zipped({"a.txt": "甲"}), refusals.TWO_IN_ONE),
    "a picture that is a PDF, too": ("a.jpg", jpeg(8, 8, segment(0xFE, pdf())), refusals.TWO_IN_ONE),
    "something behind a picture": ("a.png", png() + chunk(b"IDAT", b"x"), refusals.TWO_IN_ONE),
    "half a picture": ("a.png", png()[:-20], refusals.BROKEN),
    "half a photo": ("a.jpg", jpeg()[:-30], refusals.BROKEN),
    "a huge picture": ("a.png", png(60_000, 60_000), refusals.HUGE_PICTURE),
    "a picture of no size": ("a.png", png(0, 0), refusals.BROKEN),
    "bytes called text": ("a.txt", bytes(range(256)), refusals.NOT_TEXT),
    "zeros called text": ("a.txt", b"\0" * 100, refusals.NOT_TEXT),
}


def refusal_of(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        inspect(io.BytesIO(content), name)
    return refusal.value.fields["file"].id


@pytest.mark.parametrize("name", GOOD)
def test_what_people_upload_is_taken(name):
    found = inspect(io.BytesIO(GOOD[name]), name)
    assert found.extension == name.rpartition(".")[2]


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_refused_for_its_reason(what):
    name, content, reason = REFUSED[what]
    assert refusal_of(name, content) == reason


def test_an_ending_may_be_written_large():
    assert inspect(io.BytesIO(pdf()), "报告.PDF").extension == "pdf"


@pytest.mark.parametrize("kind", ["hyperlink", "image"])
def test_a_link_that_a_reader_follows_themselves_is_no_danger(kind):
    inspect(io.BytesIO(office("docx", {"word/_rels/document.xml.rels": relation(kind)})), "a.docx")


def test_formulas_and_charts_of_a_document_stay():
    parts = {"word/embeddings/oleObject1.bin": FORMULA, "word/embeddings/s.xlsx": office("xlsx")}
    inspect(io.BytesIO(office("docx", parts)), "a.docx")


def test_what_a_computer_leaves_in_folders_is_no_reason_to_refuse():
    junk = {"__MACOSX/图/._一.png": b"\x00\x05\x16\x07" + b"\0" * 50, "图/.DS_Store": b"\x00\x00\x00\x01Bud1\0\0"}
    inspect(io.BytesIO(zipped({"图/一.png": png()} | junk)), "a.zip")


def test_a_refusal_inside_an_archive_names_the_member_and_why():
    with pytest.raises(Invalid) as refusal:
        inspect(io.BytesIO(zipped({"图/一.png": pdf()})), "a.zip")
    values = refusal.value.fields["file"].values
    assert (values["name"], values["why"].id) == ("图/一.png", refusals.NOT_WHAT_IT_SAYS)


def test_much_in_all_is_too_much(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 1000)
    assert refusal_of("a.zip", zipped({"a.txt": b"ab" * 300, "b.txt": b"cd" * 300})) == refusals.BOMB


def test_a_directory_that_is_long_is_not_even_read():
    content = bytearray(zipped({"a.txt": "甲"}))
    at = content.rindex(b"PK\x05\x06")
    content[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    assert refusal_of("a.zip", bytes(content)) == refusals.TOO_MANY_MEMBERS


def test_content_types_may_be_written_with_a_prefix():
    types = content_types("word/document.xml", OFFICE + "wordprocessingml.document.main+xml")
    types = types.replace("<Types xmlns", "<ct:Types xmlns:ct").replace("<Override", "<ct:Override")
    inspect(io.BytesIO(zipped({"[Content_Types].xml": types, "word/document.xml": "<x/>"})), "a.docx")
