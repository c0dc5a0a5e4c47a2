"""A look into zips (pure): what they claim is checked before anything is unpacked, and nothing reaches a disk."""

import lzma
import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from marketplace.files import refusals
from marketplace.files.limits import MEGABYTE
from marketplace.files.refusals import refused, shown

BROKEN_ZIP = (
    BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, EOFError, NotImplementedError, RuntimeError,
    OverflowError, KeyError, IndexError, OSError,
)  # fmt: skip
"""Whatever the standard library says of a zip that is none."""
MAX_MEMBERS = 2000
MAX_TOTAL_BYTES = 300 * MEGABYTE
MAX_RATIO = 150
RATIO_COUNTS_FROM = MEGABYTE
"""Small members may be as dense as they like: text of a sheet shrinks a hundred times."""
MAX_DIRECTORY_BYTES = MEGABYTE
END_RECORD = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
LONGEST_COMMENT = 0xFFFF
ENCRYPTED = 0x1
CHUNK = 64 * 1024
PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n")
"""How programs begin, on whatever machine."""
PROGRAM_ENDINGS = frozenset(
    {
        "exe", "dll", "scr", "com", "pif", "cpl", "sys", "msi", "msp", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js",
        "jse", "wsf", "wsh", "hta", "jar", "class", "lnk", "reg", "sh", "app", "apk", "elf", "so", "dylib", "deb",
        "rpm", "iso", "img", "chm", "inf", "scf", "url",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A zip that keeps the rules, and its members that are files."""

    zip: ZipFile
    members: Sequence[ZipInfo]

    def read(self, name: str, most: int) -> bytes:
        """A member's first bytes; empty where there is none of that name."""
        member = next((one for one in self.members if one.filename == name), None)
        if member is None:
            return b""
        try:
            with self.zip.open(member) as source:
                return source.read(most)
        except BROKEN_ZIP:
            raise refused(refusals.BROKEN) from None


def opened(file: IO[bytes]) -> Opened:
    """Raises Invalid where it is broken, too much, locked, or leads outside."""
    _check_end(file)
    try:
        archive = ZipFile(file)
        infos = archive.infolist()
    except BROKEN_ZIP:
        raise refused(refusals.BROKEN) from None
    if len(infos) > MAX_MEMBERS:
        raise refused(refusals.TOO_MANY_MEMBERS, most=MAX_MEMBERS)
    seen: set[str] = set()
    for info in infos:
        _check_member(info, seen)
    _check_amounts(file, infos)
    return Opened(archive, [info for info in infos if not info.is_dir()])


def chunks_of(archive: Opened, member: ZipInfo) -> Iterator[bytes]:
    """Its content, checked against its sum."""
    try:
        with archive.zip.open(member) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except BROKEN_ZIP:
        raise refused(refusals.BROKEN) from None


def refuse_programs(name: str, head: bytes) -> None:
    """Neither by its ending nor by its first bytes a program."""
    if name.rpartition(".")[2].lower() in PROGRAM_ENDINGS or head.startswith(PROGRAMS):
        raise refused(refusals.WITH_PROGRAM, name=shown(name))


def _check_end(file: IO[bytes]) -> None:
    """One zip from the first byte to the last: nothing before, between or behind, and no huge directory to read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_RECORD.size - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(END_MARK)
    if at < 0 or len(tail) - at < END_RECORD.size:
        raise refused(refusals.BROKEN)
    _mark, _disk, _start_disk, _here, count, length, offset, comment = END_RECORD.unpack_from(tail, at)
    if length > MAX_DIRECTORY_BYTES or count > MAX_MEMBERS:
        raise refused(refusals.TOO_MANY_MEMBERS, most=MAX_MEMBERS)
    end = size - len(tail) + at
    file.seek(0)
    starts = file.read(4)
    if end + END_RECORD.size + comment != size or offset + length != end or starts not in (b"PK\x03\x04", END_MARK):
        raise refused(refusals.TWO_IN_ONE)
    file.seek(0)


def _check_member(info: ZipInfo, seen: set[str]) -> None:
    name = info.filename
    parts = name.rstrip("/").split("/")
    is_outside = name.startswith("/") or "\\" in name or ":" in parts[0] or any(part in ("", "..") for part in parts)
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if is_outside or is_link or not name.isprintable() or name.lower() in seen:
        raise refused(refusals.BAD_PATH, name=shown(name))
    seen.add(name.lower())
    if info.flag_bits & ENCRYPTED:
        raise refused(refusals.WITH_PASSWORD)
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise refused(refusals.BROKEN)


def _check_amounts(file: IO[bytes], infos: Sequence[ZipInfo]) -> None:
    size = file.seek(0, 2)
    if sum(info.compress_size for info in infos) > size:
        raise refused(refusals.BOMB)  # members share bytes: the oldest trick
    if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise refused(refusals.BOMB)
    for info in infos:
        if info.file_size > RATIO_COUNTS_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise refused(refusals.BOMB)
