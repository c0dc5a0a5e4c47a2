"""An index without a folder (内存索引)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

import tantivy

from search.engine import SearchUnavailable
from search.engines.embedded.directory import BUSY, Stamp, opened
from search.engines.embedded.schema import FORMAT, build_schema


class MemoryDirectory:
    """Builds that end with the process: for tests, and for matching without a site."""

    def __init__(self) -> None:
        self._builds: dict[str, tantivy.Index] = {}
        self._removals: dict[str, Mapping[str, int]] = {}
        self._live: str | None = None
        self._commits = 0
        self._lock = Lock()

    def live(self) -> str | None:
        return self._live

    def stamp(self) -> Stamp | None:
        return None if self._live is None else (self._live, self._commits, 0)

    def open(self, build: str) -> tantivy.Index:
        return self._builds[build]

    def create(self) -> tuple[str, tantivy.Index]:
        build = f"{FORMAT}-{self._commits}-{len(self._builds)}"
        self._builds[build] = opened(tantivy.Index(build_schema()))
        return build, self._builds[build]

    def publish(self, build: str) -> None:
        previous, self._live = self._live, build
        if previous:
            self.discard(previous)

    def discard(self, build: str) -> None:
        self._builds.pop(build, None)
        self._removals.pop(build, None)

    @contextmanager
    def writing(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise SearchUnavailable(BUSY)
        try:
            yield
        finally:
            self._commits += 1
            self._lock.release()

    def removals(self, build: str) -> Mapping[str, int]:
        return self._removals.get(build, {})

    def remember(self, build: str, removals: Mapping[str, int]) -> None:
        self._removals[build] = dict(removals)
