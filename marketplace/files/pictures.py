"""A look into pictures (pure): whole, of a size that a screen can take, with nothing hung on behind."""

import struct
from collections.abc import Iterator

from marketplace.files import refusals
from marketplace.files.refusals import refused

PNG = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS = 100_000_000
START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def check(content: bytes) -> None:
    """Raises Invalid where it is broken, too large or more than one picture."""
    width, height = _png_size(content) if content.startswith(PNG) else _jpeg_size(content)
    if not 0 < width * height <= MAX_PIXELS:
        raise refused(refusals.HUGE_PICTURE if width * height else refusals.BROKEN)


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, whole chunk) up to the last; Invalid where one is cut off."""
    at = len(PNG)
    while at < len(content):
        if at + 12 > len(content):
            raise refused(refusals.BROKEN)
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise refused(refusals.BROKEN)
        yield kind, content[at:end]
        at = end


def jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, whole segment) up to the first scan, which comes with all that follows; Invalid where one is cut off."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:  # noqa: PLR2004  (every marker begins so)
            raise refused(refusals.BROKEN)
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  (padding)
            at += 1
            continue
        if marker == START_OF_SCAN:
            yield marker, content[at:]
            return
        length = 0 if marker in ALONE else struct.unpack_from(">H", content, at + 2)[0]
        end = at + 2 + length
        if end > len(content) or (length < 2 and marker not in ALONE):  # noqa: PLR2004  (the length counts itself)
            raise refused(refusals.BROKEN)
        yield marker, content[at:end]
        at = end
    raise refused(refusals.BROKEN)


def _png_size(content: bytes) -> tuple[int, int]:
    kinds: list[bytes] = []
    size = (0, 0)
    for kind, chunk in png_chunks(content):
        if kinds and kinds[-1] == b"IEND":
            raise refused(refusals.TWO_IN_ONE)
        if kind == b"IHDR" and len(chunk) == 25:  # noqa: PLR2004  (12 around 13 bytes)
            size = struct.unpack_from(">II", chunk, 8)
        kinds.append(kind)
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise refused(refusals.BROKEN)
    return size


def _jpeg_size(content: bytes) -> tuple[int, int]:
    size = (0, 0)
    for marker, segment in jpeg_segments(content):
        if marker in START_OF_FRAME and len(segment) >= 9:  # noqa: PLR2004  (up to the width)
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        if marker == START_OF_SCAN and bytes([0xFF, END_OF_IMAGE]) not in segment:
            raise refused(refusals.BROKEN)
    return size
