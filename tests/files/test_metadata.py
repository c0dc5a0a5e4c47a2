"""Who wrote a file is nowhere in it any more, and it is still the file it was."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from marketplace.core.errors import Invalid
from marketplace.files import metadata, pictures, refusals
from marketplace.files.formats import FORMATS
from marketplace.files.inspection import inspect
from tests.files.samples import (
    AUTHOR,
    EMPLOYER,
    GOOD,
    a_workbook,
    chunk,
    exif,
    jpeg,
    office,
    pdf,
    png,
    segment,
    stream,
    zipped,
)

XMP = (
    f'<?xpacket begin="" id="W5M0"?><x:xmpmeta><dc:creator>{AUTHOR}</dc:creator></x:xmpmeta><?xpacket end="w"?>'
).encode()
UTF16 = f"<FEFF{AUTHOR.encode('utf-16-be').hex()}>".encode()
INFO = b"/Author (Wang \\(R&D\\)) /Creator " + UTF16 + b" /Producer (WPS) /Company (Jiading Membranes)"
PEOPLE = (
    '<w15:people><w15:person w15:author="王小明"><w15:presenceInfo w15:userId="wang@x.cn"/></w15:person></w15:people>'
)


def stripped(content: bytes, ending: str) -> bytes:
    target = io.BytesIO()
    metadata.strip(io.BytesIO(content), target, FORMATS[ending])
    return target.getvalue()


def all_text(content: bytes) -> str:
    """Everything that is written anywhere in an office file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_an_office_file_loses_the_people_of_its_properties(ending):
    content = office(ending, {"word/people.xml": PEOPLE} if ending == "docx" else None)
    assert AUTHOR in all_text(content)
    assert EMPLOYER in all_text(content)

    left = stripped(content, ending)

    assert [word for word in (AUTHOR, EMPLOYER, "wang@x.cn") if word in all_text(left)] == []
    assert inspect(io.BytesIO(left), f"a.{ending}").extension == ending


def test_comments_and_changes_stay_without_their_authors():
    text = all_text(stripped(office("docx"), "docx"))
    assert ("请核对" in text, "低湿电导率 0.06 S/cm" in text, 'w:initials=""' in text) == (True, True, True)


def test_a_workbook_of_a_real_program_can_still_be_read():
    content = a_workbook()
    assert AUTHOR in all_text(content)
    left = stripped(content, "xlsx")
    assert [word for word in (AUTHOR, EMPLOYER) if word in all_text(left)] == []
    assert CalamineWorkbook.from_filelike(io.BytesIO(left)).get_sheet_by_index(0).to_python() == [["电导率", 0.06]]


def test_members_carry_no_dates():
    with zipfile.ZipFile(io.BytesIO(stripped(a_workbook(), "xlsx"))) as archive:
        assert {info.date_time for info in archive.infolist()} == {metadata.MOMENT}


def test_photos_in_a_document_lose_where_and_by_whom_they_were_taken():
    content = office("docx", {"word/media/image1.jpeg": jpeg(8, 8, exif()), "word/embeddings/s.xlsx": office("xlsx")})
    left = stripped(content, "docx")
    with zipfile.ZipFile(io.BytesIO(left)) as archive:
        assert b"Exif" not in archive.read("word/media/image1.jpeg")
        assert [word for word in (AUTHOR, EMPLOYER) if word in all_text(archive.read("word/embeddings/s.xlsx"))] == []


def test_a_photo_keeps_its_picture_and_nothing_else():
    content = jpeg(8, 8, exif(), segment(0xED, AUTHOR.encode()), segment(0xFE, AUTHOR.encode()))
    left = stripped(content, "jpg")
    assert left == jpeg()
    assert [marker for marker, _ in pictures.jpeg_segments(left)] == [0xE0, 0xDB, 0xC0, 0xC4, 0xDA]


def test_a_picture_keeps_its_picture_and_nothing_else():
    words = chunk(b"tEXt", b"Author\0" + AUTHOR.encode())
    assert stripped(png(2, 2, words, chunk(b"eXIf", b"MM\0*"), chunk(b"tIME", b"1234567")), "png") == png()


@pytest.mark.parametrize("info", [INFO, b"/Author(Wang)/Title (Jiading\\\\)", b"/Author <" + b"41" * 20 + b">"])
def test_a_pdf_loses_its_information_and_keeps_every_offset(info):
    content = pdf(stream(XMP, b"/Type /Metadata /Subtype /XML", packed=False), info=info)
    left = stripped(content, "pdf")
    secrets = (b"Wang", b"WPS", b"Jiading", AUTHOR.encode(), AUTHOR.encode("utf-16-be").hex().encode(), b"4141")
    assert [secret for secret in secrets if secret in left] == []
    assert len(left) == len(content)
    assert left.index(b"startxref") == content.index(b"startxref")
    assert inspect(io.BytesIO(left), "a.pdf").extension == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        pdf(stream(b"5 0 << /Author (Wang) >>", b"/Type /ObjStm /N 1 /First 4")),
        pdf(stream(XMP, b"/Type /Metadata /Subtype /XML")),
    ],
    ids=["information packed away", "XMP packed away"],
)
def test_a_pdf_whose_people_cannot_be_reached_is_refused(content):
    inspect(io.BytesIO(content), "a.pdf")
    with pytest.raises(Invalid) as refusal:
        stripped(content, "pdf")
    assert refusal.value.fields["file"].id == refusals.NOT_STRIPPED


def test_an_archive_is_refused_and_text_stays_as_it_is():
    with pytest.raises(Invalid):
        stripped(zipped({"a.txt": "甲"}), "zip")
    assert stripped(GOOD["数据.csv"], "csv") == GOOD["数据.csv"]
