"""A look into PDFs (pure): whole, unlocked, and without anything that runs.

No reader of PDFs is needed for that: names that make a PDF act stand in it as they are, or in object streams that are
unpacked within bounds. What cannot be looked into is refused.
"""

import re
import zlib
from collections.abc import Iterator

from marketplace.files import refusals
from marketplace.files.limits import MEGABYTE
from marketplace.files.refusals import refused

HEAD = re.compile(rb"%PDF-\d\.\d")
END_WITHIN = 2048
NAME = re.compile(rb"/[^\s/<>\[\]()%]*#[0-9A-Fa-f]{2}[^\s/<>\[\]()%]*")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTING = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|GoToE|ImportData)\b")
LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
DICTIONARY_WITHIN = 2048
MOST_OF_A_STREAM = 16 * MEGABYTE
MOST_OF_ALL = 128 * MEGABYTE


def check(content: bytes) -> None:
    """Raises Invalid where it is broken, locked or acts."""
    if not HEAD.match(content) or b"%%EOF" not in content[-END_WITHIN:] or b"startxref" not in content:
        raise refused(refusals.BROKEN)
    if LOCKED.search(content):
        raise refused(refusals.WITH_PASSWORD)
    if ACTING.search(content) or _hidden_names(content):
        raise refused(refusals.WITH_SCRIPT)
    for objects in object_streams(content):
        if ACTING.search(objects) or _hidden_names(objects):
            raise refused(refusals.WITH_SCRIPT)


def object_streams(content: bytes) -> Iterator[bytes]:
    """The streams that hold objects, unpacked; Invalid where one cannot be."""
    left = MOST_OF_ALL
    for start in STREAM.finditer(content):
        dictionary = _dictionary_before(content, start.start())
        if b"/ObjStm" not in dictionary:
            continue
        found = _unpacked(content, start.end(), dictionary, min(left, MOST_OF_A_STREAM))
        left -= len(found)
        yield found


def _dictionary_before(content: bytes, end: int) -> bytes:
    before = content[max(0, end - DICTIONARY_WITHIN) : end]
    return plain_names(before[max(before.rfind(b" obj"), before.rfind(b"endobj"), 0) :])


def _unpacked(content: bytes, start: int, dictionary: bytes, most: int) -> bytes:
    end = content.find(b"endstream", start)
    body = content[start : end if end >= 0 else len(content)]
    if b"/Filter" not in dictionary:
        return body
    if re.search(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?\s*(/|>>|\d|$)", dictionary) is None:
        raise refused(refusals.BROKEN)
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(body, most)
    except zlib.error:
        raise refused(refusals.BROKEN) from None
    if unpacker.unconsumed_tail:
        raise refused(refusals.BOMB)
    return found


def plain_names(text: bytes) -> bytes:
    """Names without their disguise: ``/J#61vaScript`` is ``/JavaScript``."""
    return NAME.sub(lambda name: ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), name[0]), text)


def _hidden_names(content: bytes) -> bool:
    return any(ACTING.match(plain_names(name[0])) for name in NAME.finditer(content))
