"""Taking a file in (pure): received within its limit, looked into, its authors taken out where nobody may know."""

import hashlib
from dataclasses import dataclass
from typing import IO

from marketplace.files import metadata, refusals
from marketplace.files.formats import Format
from marketplace.files.inspection import inspect
from marketplace.files.limits import Limits, size_text
from marketplace.files.names import sanitised
from marketplace.files.refusals import refused

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that may be kept: its content as it will be stored, and what is known of it."""

    content: IO[bytes]
    name: str
    format: Format
    size: int
    digest: str
    is_stripped: bool


def receive(
    source: IO[bytes], name: str, scratch: tuple[IO[bytes], IO[bytes]], *, limits: Limits, blind: bool
) -> Received:
    """``scratch`` are two empty files, one for the upload and one for what is left of it without its authors.

    Raises Invalid at ``file``: too large, empty, not on the list, not what it says, or dangerous.
    """
    upload, stripped = scratch
    size = _copy(source, upload, limits)
    if not size:
        raise refused(refusals.EMPTY)
    format = inspect(upload, name)
    kept = upload
    if blind:
        metadata.strip(upload, stripped, format)
        kept = stripped
    kept.flush()
    return Received(kept, sanitised(name), format, kept.seek(0, 2), _digest(kept), blind)


def _copy(source: IO[bytes], target: IO[bytes], limits: Limits) -> int:
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limits.file_bytes:
            raise refused(refusals.TOO_LARGE, most=size_text(limits.file_bytes))
        target.write(chunk)
    target.flush()
    return size


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
