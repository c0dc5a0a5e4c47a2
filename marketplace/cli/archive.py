"""A backup as one zip: rows of every table as JSON lines, the files, and a manifest with the hash of each part.

Files are named by their content and read after the rows, so that every file a row names is there.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK_BYTES = 1 << 20


class BrokenArchive(Exception):
    """The file is no backup, or not what it was when it was written; the message says which part."""


@dataclass(slots=True)
class Writer:
    """Writes members and remembers their hashes."""

    archive: zipfile.ZipFile
    parts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.parts[name] = digest.hexdigest()


def write_files(folder: Path, writer: Writer) -> int:
    """Every file below the folder, by its place in it."""
    names = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in names:
        with path.open("rb") as file:
            writer.add(f"files/{path.relative_to(folder).as_posix()}", _chunks(file))
    return len(names)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def verified(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    """The manifest, once every part has been read and found to be what it says. Raises BrokenArchive."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        parts = manifest["parts"]
    except (KeyError, ValueError, TypeError) as error:
        raise BrokenArchive(MANIFEST) from error
    if manifest.get("format") != FORMAT or set(archive.namelist()) != {*parts, MANIFEST}:
        raise BrokenArchive(MANIFEST)
    for name, expected in parts.items():
        if _hash(archive, name) != expected or not _is_inside(name):
            raise BrokenArchive(name)
    found: Mapping[str, Any] = manifest
    return found


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            for chunk in _chunks(member):
                digest.update(chunk)
    except (zipfile.BadZipFile, EOFError) as error:
        raise BrokenArchive(name) from error
    return digest.hexdigest()


def _is_inside(name: str) -> bool:
    """No part is to be written anywhere but below the folder it belongs to."""
    return not name.startswith("/") and ".." not in name.split("/")


def read_files(archive: zipfile.ZipFile, folder: Path) -> int:
    """Put the files back, each whole or not at all."""
    names = [name for name in archive.namelist() if name.startswith("files/")]
    for name in names:
        path = folder / name.removeprefix("files/")
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".part")
        with archive.open(name) as member, unfinished.open("wb") as file:
            for chunk in _chunks(member):
                file.write(chunk)
        unfinished.replace(path)
    return len(names)
