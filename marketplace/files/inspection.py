"""Whether a file is what its name says, and nothing besides (pure): ending, signature, and a look inside."""

import codecs
import tempfile
import zipfile
from typing import IO

import filetype

from marketplace.core.errors import Invalid
from marketplace.files import archives, office, pdf, pictures, refusals
from marketplace.files.formats import ENDINGS, FORMATS, Family, Format
from marketplace.files.names import extension_of
from marketplace.files.refusals import refused, shown

HEAD = 8192
PDF_WITHIN = 1024
"""Readers take a file for a PDF whose mark stands this near to its begin."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IN_MEMORY = 8 * 1024 * 1024
JUNK = {".ds_store": b"\x00\x00\x00\x01Bud1", "thumbs.db": OLE}
"""What systems leave in folders that are packed, and how it begins."""
APPLE_DOUBLE = b"\x00\x05\x16\x07"
WHITE = frozenset("\t\n\r\f")
DELETE = "\x7f"


def inspect(file: IO[bytes], name: str) -> Format:
    """The format of a file, after a look into all of it. Raises Invalid with the reason at ``file``."""
    format = _format_named(name)
    _look(file, format, is_inside=False)
    file.seek(0)
    return format


def _format_named(name: str) -> Format:
    ending = extension_of(name)
    if not ending:
        raise refused(refusals.NO_ENDING, known=ENDINGS)
    if ending not in FORMATS:
        raise refused(refusals.NOT_LISTED, ending=ending, known=ENDINGS)
    return FORMATS[ending]


def _look(file: IO[bytes], format: Format, *, is_inside: bool) -> None:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise refused(refusals.EMPTY)
    _check_signature(head, format)
    if format.family in (Family.OFFICE, Family.ARCHIVE):
        _look_into_zip(file, format, is_inside=is_inside)
        return
    if zipfile.is_zipfile(file):
        raise refused(refusals.TWO_IN_ONE)
    file.seek(0)
    content = file.read()
    if format.family is Family.PDF:
        pdf.check(content)
    elif format.family is Family.PICTURE:
        pictures.check(content)
    else:
        _check_text(content)


def _check_signature(head: bytes, format: Format) -> None:
    if head.startswith(OLE) and format.family is Family.OFFICE:
        raise refused(refusals.OLD_OFFICE)
    if format.family in (Family.OFFICE, Family.ARCHIVE):
        is_right = head.startswith((b"PK\x03\x04", archives.END_MARK))
    else:
        guessed = None if format.family is Family.TEXT and not head.strip(b"\0") else filetype.guess(head)
        is_right = (guessed.extension if guessed else None) in (format.signatures or {None})
    if not is_right:
        raise refused(refusals.NOT_WHAT_IT_SAYS, ending=format.extension)
    if format.family is not Family.PDF and b"%PDF-" in head[:PDF_WITHIN]:
        raise refused(refusals.TWO_IN_ONE)


def _look_into_zip(file: IO[bytes], format: Format, *, is_inside: bool) -> None:
    archive = archives.opened(file)
    if format.family is Family.OFFICE:
        for member in office.check(archive, format):
            if is_inside:
                raise refused(refusals.NESTED, name=shown(member.filename))
            _look_into_member(archive, member, office.format_of(member.filename))
        return
    if not archive.members:
        raise refused(refusals.EMPTY)
    for member in archive.members:
        _check_packed(archive, member)


def _check_packed(archive: archives.Opened, member: zipfile.ZipInfo) -> None:
    name = member.filename.rpartition("/")[2]
    archives.refuse_programs(member.filename, b"")
    ending = extension_of(name)
    if ending in ("zip", "rar", "7z", "gz", "tar", "bz2", "xz"):
        raise refused(refusals.NESTED, name=shown(member.filename))
    if _is_junk(archive, member, name):
        return
    try:
        _look_into_member(archive, member, _format_named(name))
    except Invalid as refusal:
        raise refused(refusals.BAD_MEMBER, name=shown(member.filename), why=refusals.why(refusal)) from None


def _look_into_member(archive: archives.Opened, member: zipfile.ZipInfo, format: Format) -> None:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        for chunk in archives.chunks_of(archive, member):
            copy.write(chunk)
        _look(copy, format, is_inside=True)


def _is_junk(archive: archives.Opened, member: zipfile.ZipInfo, name: str) -> bool:
    """Left there by a system, and nothing else under its name."""
    start = APPLE_DOUBLE if name.startswith("._") else JUNK.get(name.lower())
    return start is not None and archive.read(member.filename, len(start)) == start


def _check_text(content: bytes) -> None:
    text = _decoded(content)
    if text is None or any(character < " " and character not in WHITE for character in text) or DELETE in text:
        raise refused(refusals.NOT_TEXT)


def _decoded(content: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, or what Chinese Windows writes."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
