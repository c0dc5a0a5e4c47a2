"""How much may be kept (pure): defaults of ours, which operators may change."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """``file_bytes`` for one file; ``thing_bytes`` and ``thing_files`` for all files of one thing."""

    file_bytes: int = 20 * MEGABYTE
    thing_bytes: int = 100 * MEGABYTE
    thing_files: int = 20


DEFAULTS = Limits()
"""What one machine bears without anybody's thought."""


def size_text(size: int) -> str:
    """``843 KB``, ``1.2 MB``: what people compare files by."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".0 MB", " MB")
