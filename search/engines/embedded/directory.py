"""Where an index lives (索引目录): a folder per build and a pointer to the live one.

    root/CURRENT          the name of the live build
    root/LOCK             held by whoever writes; the system lets go of it when its process dies
    root/1-<number>/      tantivy's files, and removed.json: the versions of removals

A pointer is replaced in one step, after everything it points to is on disk.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import tantivy

from search.engine import SearchUnavailable
from search.engines.embedded.schema import FORMAT, build_schema, register_words

Stamp = tuple[str, int, int]
"""Build, and two numbers of its last commit: differs whenever there is something new to read."""

BUSY = "another process is writing to the search index"
_REMOVALS = "removed.json"


class IndexDirectory(Protocol):
    """Builds of an index, one of which is live."""

    def live(self) -> str | None:
        """The live build; None before the first."""

    def stamp(self) -> Stamp | None:
        """Of the live build; None before the first. Raises SearchUnavailable when it cannot be read."""

    def open(self, build: str) -> tantivy.Index:
        """Raises SearchUnavailable when it cannot be read."""

    def create(self) -> tuple[str, tantivy.Index]:
        """A new, empty build that is not live yet."""

    def publish(self, build: str) -> None:
        """Make a build the live one, in one step."""

    def discard(self, build: str) -> None:
        """Forget a build that was not published."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write. Raises SearchUnavailable when it is held elsewhere."""

    def removals(self, build: str) -> Mapping[str, int]:
        """Versions of removals, by key. Raises SearchUnavailable when they cannot be read."""

    def remember(self, build: str, removals: Mapping[str, int]) -> None:
        """Keep all removals of a build, so that they survive a crash."""


class DiskDirectory:
    """Builds in folders."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def live(self) -> str | None:
        try:
            return (self._root / "CURRENT").read_text(errors="replace")
        except FileNotFoundError:
            return None

    def stamp(self) -> Stamp | None:
        try:
            build = self.live()
            if build is None:
                return None
            commit = (self._root / build / "meta.json").stat()
        except (OSError, ValueError) as error:
            raise SearchUnavailable(f"the search index cannot be read: {error}") from error
        return build, commit.st_mtime_ns, commit.st_ino

    def open(self, build: str) -> tantivy.Index:
        if not build.startswith(f"{FORMAT}-"):
            raise SearchUnavailable("the search index has an older format and must be rebuilt")
        try:
            return opened(tantivy.Index.open(str(self._root / build)))
        except (ValueError, OSError) as error:
            raise SearchUnavailable(f"the search index cannot be read: {error}") from error

    def create(self) -> tuple[str, tantivy.Index]:
        build = f"{FORMAT}-{time.time_ns()}"
        folder = self._root / build
        folder.mkdir(parents=True)
        return build, opened(tantivy.Index(build_schema(), path=str(folder)))

    def publish(self, build: str) -> None:
        previous = self.live()
        _write_durably(self._root / "CURRENT", build)
        # A reader may have just read the old pointer, so the build before stays until the next one.
        kept = {build, previous}
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def discard(self, build: str) -> None:
        shutil.rmtree(self._root / build, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / "LOCK").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SearchUnavailable(BUSY) from error
            yield

    def removals(self, build: str) -> Mapping[str, int]:
        try:
            known: dict[str, int] = json.loads((self._root / build / _REMOVALS).read_text())
        except FileNotFoundError:
            return {}
        except (ValueError, OSError) as error:
            raise SearchUnavailable(f"the search index cannot be read: {error}") from error
        return known

    def remember(self, build: str, removals: Mapping[str, int]) -> None:
        _write_durably(self._root / build / _REMOVALS, json.dumps(removals))


def opened(index: tantivy.Index) -> tantivy.Index:
    """Ready to be read and written: words as this package cuts them, reloaded only when asked."""
    register_words(index)
    index.config_reader("manual")
    return index


def _write_durably(path: Path, text: str) -> None:
    """Replace a file in one step, on disk before the call returns."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
