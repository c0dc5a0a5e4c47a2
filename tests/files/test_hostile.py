"""A thousand hostile files, made from good ones: whatever comes, there is an answer in words and nothing falls over."""

import io
import struct
import zipfile
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.files.formats import FORMATS
from marketplace.files.inspection import inspect
from marketplace.files.intake import receive
from marketplace.files.limits import Limits
from tests.files.samples import GOOD, chunk, content_types, jpeg, office, pdf, png, segment, stream, zipped

CASES = 1000
LIMITS = Limits(file_bytes=2_000_000)
ENDINGS = st.sampled_from([*FORMATS, "exe", "html", "docm", "svg", "", "PDF", "pdf\0", "tar.gz"])
WORDS = st.text(max_size=40)
BYTES = st.binary(max_size=400)
SEEDS = st.sampled_from(list(GOOD.values()))
PATHS = st.one_of(
    st.sampled_from(
        [
            "../x.txt", "/x.txt", "a/../../x.txt", "C:/x.txt", "\\\\server\\x.txt", "con.txt", "a\0b.txt", "a\nb.txt",
            "x" * 3000 + ".txt", "word/vbaProject.bin", "[Content_Types].xml", "x.exe", "x.zip", "\u202etxt.exe", "",
            "_rels/.rels", "word/_rels/settings.xml.rels", "docProps/core.xml", "xl/comments1.xml", "a//b.txt", ".",
        ]
    ),
    WORDS,
)  # fmt: skip


@st.composite
def cut(draw) -> bytes:
    """Half of a good file."""
    seed = draw(SEEDS)
    return seed[: draw(st.integers(0, len(seed)))]


@st.composite
def flipped(draw) -> bytes:
    """A good file with some bytes changed."""
    content = bytearray(draw(SEEDS))
    for _ in range(draw(st.integers(1, 8))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content)


@st.composite
def joined(draw) -> bytes:
    """Two files in one, and some bytes between."""
    return draw(SEEDS) + draw(BYTES) + draw(SEEDS)


@st.composite
def packed(draw) -> bytes:
    """A zip of anything under any name, some of it dense."""
    members = draw(st.dictionaries(PATHS, st.one_of(BYTES, SEEDS, st.just(b"\0" * 3_000_000)), max_size=6))
    target = io.BytesIO()
    method = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name.encode("utf8", "replace").decode("utf8") or "x")
            info.external_attr = draw(st.sampled_from([0, 0o120777 << 16, 0o40755 << 16]))
            info.compress_type = method
            if info.filename not in archive.namelist():  # two names may be one once they are cut at a zero
                archive.writestr(info, content)
    return target.getvalue()


@st.composite
def forged(draw) -> bytes:
    """A zip whose directory lies: sizes, counts, offsets, flags."""
    content = bytearray(zipped({"a.txt": b"a" * 2000, "b.txt": b"b" * 20}))
    mark = draw(st.sampled_from([b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"]))
    at = content.index(mark) + draw(st.integers(4, 20))
    value = draw(st.sampled_from([0, 1, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]))
    content[at : at + 4] = struct.pack("<I", value)
    return bytes(content)


@st.composite
def an_office_file(draw) -> bytes:
    """An office file with strange parts and strange types."""
    ending = draw(st.sampled_from(["docx", "xlsx", "pptx"]))
    more = draw(st.dictionaries(PATHS.filter(lambda name: name and "\0" not in name), BYTES, max_size=4))
    types = draw(st.one_of(WORDS, st.just('<!DOCTYPE x [<!ENTITY a "aaaa">]>'), st.just(content_types("x", "y"))))
    safe = {name.encode("utf8", "replace").decode("utf8"): content for name, content in more.items()}
    return office(ending, safe, types.encode("utf8", "replace").decode("utf8"))


@st.composite
def a_pdf(draw) -> bytes:
    """A PDF with strange objects and strange information."""
    bodies = st.sampled_from(
        [
            b"<< /S /JavaScript /JS (x) >>",
            b"<< /S /Launch >>",
            b"<< /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] >>\nstream\nzz\nendstream",
            b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nnothing packed\nendstream",
            b"stream\n" * 20,
            b"<<" * 200,
            stream(b" " * 3000, b"/Type /ObjStm /N 1 /First 4"),
            stream(b"<x/>", b"/Type /Metadata /Subtype /XML"),
        ]
    )
    info = draw(st.one_of(BYTES, st.sampled_from([b"/Author (", b"/Author <", b"/Author ((((", b"/Author (a\\", b""])))
    return pdf(*draw(st.lists(bodies, max_size=3)), info=info)


@st.composite
def a_picture(draw) -> bytes:
    """A picture with strange pieces and strange sizes."""
    width, height = draw(st.integers(0, 2**31)), draw(st.integers(0, 2**31))
    if draw(st.booleans()):
        return png(min(width, 3), height, chunk(b"tEXt", draw(BYTES)), draw(BYTES))
    return jpeg(width % 65536, height % 65536, segment(0xE1, draw(BYTES)), draw(BYTES))


HOSTILE = st.one_of(
    BYTES, SEEDS, cut(), flipped(), joined(), packed(), forged(), an_office_file(), a_pdf(), a_picture()
)
MANY = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))


def answer_to(take: Callable[[], object]) -> str:
    """``taken``, or the words of the refusal; anything else is a fault of ours."""
    try:
        take()
    except Invalid as refusal:
        return str(refusal.fields["file"])
    return "taken"


@MANY
@given(HOSTILE, WORDS, ENDINGS)
def test_whatever_comes_is_taken_or_refused_in_words(content, name, ending):
    words = answer_to(lambda: inspect(io.BytesIO(content), f"{name}.{ending}"))
    assert words == "taken" or words.endswith(("。", "."))
    assert "%(" not in words


@settings(MANY, max_examples=400)
@given(HOSTILE, ENDINGS)
def test_what_is_stripped_of_its_authors_is_still_taken_or_refused_in_words(content, ending):
    scratch = (io.BytesIO(), io.BytesIO())

    def take() -> None:
        received = receive(io.BytesIO(content), f"a.{ending}", scratch, limits=LIMITS, blind=True)
        assert received.is_stripped
        assert received.size == len(received.content.seek(0) or received.content.read())
        inspect(received.content, received.name)

    assert "%(" not in answer_to(take)
