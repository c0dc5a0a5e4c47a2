"""One's own data as a file (pure): JSON, packed where it is large."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LARGEST_PLAIN_BYTES = 1024 * 1024
NAME = "jiebang-my-data"


@dataclass(frozen=True, slots=True)
class DataFile:
    """What the browser saves."""

    name: str
    kind: str
    content: bytes


def as_file(parts: Mapping[str, Any], *, largest_plain: int = LARGEST_PLAIN_BYTES) -> DataFile:
    """The parts in one JSON document; a zip of it where it is larger than people like to open."""
    text = json.dumps(dict(parts), ensure_ascii=False, indent=2, default=_as_text).encode()
    if len(text) <= largest_plain:
        return DataFile(f"{NAME}.json", "application/json", text)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.json", text)
    return DataFile(f"{NAME}.zip", "application/zip", packed.getvalue())


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(f"{type(value).__name__} has no form in JSON")
