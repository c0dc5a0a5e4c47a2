"""A file's name as it was uploaded, made harmless (pure): one line, no way out of a folder, nothing that deceives."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
UNNAMED = "附件"
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that some systems take for devices."""
FORBIDDEN = frozenset('<>:"|?*')


def sanitised(name: str) -> str:
    """At most ``LONGEST`` characters, the ending kept; ``附件`` where nothing is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(" " if character in FORBIDDEN else character for character in last if _is_visible(character))
    kept = " ".join(kept.split()).rstrip(". ")
    stem, ending = _parted(kept)
    stem = stem.lstrip(". ")
    if not stem or stem.lower() in RESERVED:
        stem = f"{UNNAMED}{stem}"
    return f"{stem[: LONGEST - len(ending)].rstrip('. ')}{ending}"


def extension_of(name: str) -> str:
    """The ending in lower case without its dot; empty where there is none."""
    return PurePosixPath(sanitised(name)).suffix.removeprefix(".").lower()


def _parted(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name, ""
    is_ending = 0 < len(ending) <= 10 and ending.isalnum()  # noqa: PLR2004  (no ending that we know is longer)
    return (stem.rstrip(". "), f".{ending}") if is_ending else (name, "")


def _is_visible(character: str) -> bool:
    """Neither a control character nor one that turns or hides what stands beside it."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
