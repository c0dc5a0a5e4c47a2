"""Taking out who wrote a file (pure), for whoever shall not be known by it.

Office files lose the people of their properties, comments and changes; pictures their EXIF, XMP and comments; PDFs the
words of their information and XMP, or they are refused where those cannot be reached. Names in the text itself stay.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import IO

from marketplace.files import pdf, pictures, refusals
from marketplace.files.archives import BROKEN_ZIP
from marketplace.files.formats import Family, Format
from marketplace.files.refusals import refused

MOMENT = (1980, 1, 1, 0, 0, 0)
CORE, APP = "docProps/core.xml", "docProps/app.xml"
EMPTIED = {
    CORE: ("creator", "lastModifiedBy", "description", "keywords", "category", "subject", "contentStatus", "title"),
    APP: ("Company", "Manager", "HyperlinkBase"),
}
AUTHORS = re.compile(rb"""((?:\b|:)(?:author|initials|userId|providerId|displayName|name)=)(["']).*?\2""")
WORD_AUTHORS = re.compile(rb"""(\bw:(?:author|initials)=)(["']).*?\2""")
SHEET_AUTHORS = re.compile(rb"(<(?:\w+:)?author>).*?(</(?:\w+:)?author>)", re.DOTALL)
SHEET_PATH = re.compile(rb"<(?:\w+:)?absPath\b[^>]*/>")
PROPERTIES = re.compile(rb"<property\b.*</property>", re.DOTALL)
NAMING: Sequence[tuple[re.Pattern[str], re.Pattern[bytes], bytes]] = (
    (re.compile(r"docProps/custom\.xml$"), PROPERTIES, b""),
    (re.compile(r"(word/people|ppt/(commentAuthors|authors)|xl/persons/[^/]*)\.xml$"), AUTHORS, rb"\1\2\2"),
    (re.compile(r"xl/comments.*\.xml$"), SHEET_AUTHORS, rb"\1\2"),
    (re.compile(r"xl/workbook\.xml$"), SHEET_PATH, b""),
    (re.compile(r"word/.*\.xml$"), WORD_AUTHORS, rb"\1\2\2"),
)
"""Parts that name people: which, where in them, and what is left."""
PNG_WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
JPEG_WORDS = frozenset({0xE1, 0xED, 0xFE})
"""APP1 (EXIF, XMP), APP13 (IPTC) and comments."""
INFO_KEYS = ("Author", "Creator", "Producer", "Title", "Subject", "Keywords", "Company", "Manager", "SourceModified")
INFO = re.compile(rb"/(?:" + "|".join(INFO_KEYS).encode() + rb")\s*(?=[(<])")
INFO_HIDDEN = re.compile(rb"/(Author|Creator|Company|Manager|Producer)\s*[(<]")
XMP = re.compile(rb"(<\?xpacket begin.*?\?>)(.*?)(<\?xpacket end)", re.DOTALL)
PACKED_XMP = re.compile(rb"/Subtype\s*/XML\b")


def strip(file: IO[bytes], target: IO[bytes], format: Format) -> None:
    """Write the file without its authors to ``target``. Raises Invalid where that cannot be done."""
    file.seek(0)
    if format.family is Family.OFFICE:
        _strip_office(file, target)
    elif format.family is Family.PICTURE:
        target.write(_picture(file.read()))
    elif format.family is Family.PDF:
        target.write(_pdf(file.read()))
    elif format.family is Family.TEXT:
        target.write(file.read())
    else:
        raise refused(refusals.NOT_STRIPPED)


def _strip_office(file: IO[bytes], target: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for member in source.infolist():
                if not member.is_dir():
                    copy.writestr(_undated(member.filename), _part(member.filename, source.read(member)))
    except BROKEN_ZIP:
        raise refused(refusals.NOT_STRIPPED) from None


def _undated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _part(name: str, content: bytes) -> bytes:
    """One part of an office file without its people; most stay as they are."""
    if name in EMPTIED:
        return _emptied(content, EMPTIED[name])
    for pattern, who, without in NAMING:
        if pattern.match(name):
            return who.sub(without, content)
    ending = name.rpartition(".")[2].lower()
    if ending in ("docx", "xlsx", "pptx"):
        inner = io.BytesIO()
        _strip_office(io.BytesIO(content), inner)
        return inner.getvalue()
    return _picture(content) if ending in ("png", "jpg", "jpeg") else content


def _emptied(content: bytes, names: tuple[str, ...]) -> bytes:
    for name in names:
        element = rb"(<(?:\w+:)?" + name.encode() + rb"\b[^>/]*>).*?(</(?:\w+:)?" + name.encode() + rb">)"
        content = re.sub(element, rb"\1\2", content, flags=re.DOTALL)
    return content


def _picture(content: bytes) -> bytes:
    if content.startswith(pictures.PNG):
        kept = (chunk for kind, chunk in pictures.png_chunks(content) if kind not in PNG_WORDS)
        return pictures.PNG + b"".join(kept)
    if content.startswith(b"\xff\xd8"):
        kept = (segment for marker, segment in pictures.jpeg_segments(content) if marker not in JPEG_WORDS)
        return content[:2] + b"".join(kept)
    return content


def _pdf(content: bytes) -> bytes:
    """Blanked in place, so that every offset stays; refused where something could lie packed away."""
    blank = bytearray(content)
    for key in INFO.finditer(content):
        start, end = _string_at(content, key.end())
        blank[start:end] = b" " * (end - start)
    for packet in XMP.finditer(content):
        blank[packet.start(2) : packet.end(2)] = b" " * len(packet[2])
    result = bytes(blank)
    if any(INFO_HIDDEN.search(objects) for objects in pdf.object_streams(result)) or _has_packed_xmp(result):
        raise refused(refusals.NOT_STRIPPED)
    return result


def _string_at(content: bytes, at: int) -> tuple[int, int]:
    """Where the words of a string lie, without its brackets; hexadecimal ones, too."""
    if content[at : at + 1] == b"<":
        end = content.find(b">", at)
        is_dictionary = content[at : at + 2] == b"<<" or end < 0
        return (at, at) if is_dictionary else (at + 1, end)
    depth, end = 1, at + 1
    while end < len(content) and depth:
        character = content[end : end + 1]
        if character == b"\\":
            end += 1
        elif character in (b"(", b")"):
            depth += 1 if character == b"(" else -1
        end += 1
    return at + 1, max(at + 1, end - 1)


def _has_packed_xmp(content: bytes) -> bool:
    """XMP that is compressed cannot be blanked in place."""
    for found in PACKED_XMP.finditer(content):
        start = content.find(b"stream", found.end())
        around = content[max(0, found.start() - 500) : start if start >= 0 else len(content)]
        dictionary = around[max(around.rfind(b" obj"), 0) :]
        if b"/Filter" in dictionary:
            return True
    return False
