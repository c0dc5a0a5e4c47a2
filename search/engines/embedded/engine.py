"""The embedded engine (内嵌引擎): one writer, any number of readers, in as many processes as there are."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from threading import Lock

import tantivy

from search.analysis.analyser import Analyser
from search.analysis.phrases import spelling
from search.documents import Change, Hit, ResultPage, SearchDocument, SearchQuery
from search.engine import SearchUnavailable
from search.engines.embedded import query as clauses
from search.engines.embedded.directory import DiskDirectory, IndexDirectory, Stamp
from search.engines.embedded.memory import MemoryDirectory
from search.engines.embedded.reader import IndexStatistics, Ranked, Reader
from search.engines.embedded.schema import KEY, indexed
from search.engines.embedded.versions import Settled, settle
from search.highlight import Highlighter

REFRESH_SECONDS = 0.3
"""A reader looks for changes by other processes at most this often."""
REMEMBERED_REMOVALS = 10_000
"""So many removals outlive a rebuild."""

_CHANGE_BYTES = 30_000_000
_REBUILD_BYTES = 128_000_000


class EmbeddedEngine:
    """Keeps the promises of `search.engine.SearchEngine` with tantivy.

    path: the index's folder, made when first written to; None keeps the index in memory. An engine may be used by
    several threads. It holds no file open before its first use, so it may be made before a process forks.
    """

    def __init__(
        self, path: Path | None = None, analyser: Analyser | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory: IndexDirectory = MemoryDirectory() if path is None else DiskDirectory(path)
        self._analyser = analyser or Analyser()
        self._clock = clock
        self._guard = Lock()
        self._checked_at = float("-inf")
        self._opened: tuple[Stamp, tantivy.Index, Reader] | None = None

    def apply(self, changes: Iterable[Change]) -> int:
        with self._directory.writing():
            build = self._live_build()
            index = self._directory.open(build)
            removals = self._directory.removals(build)
            settled = settle(changes, _reader(index).version, removals)
            if settled.removals:
                # Before the commit: a removal that is remembered but not carried out is carried out when repeated.
                self._directory.remember(build, {**removals, **settled.removals})
            if settled.effects:
                self._write(index, settled)
        self._checked_at = float("-inf")
        return settled.effects

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        with self._directory.writing():
            live = self._directory.live()
            build, index = self._directory.create()
            try:
                keys = self._fill(index, documents)
            except BaseException:
                self._directory.discard(build)
                raise
            known = self._remembered(live)
            gone = [(key, version) for key, version in known.items() if key not in keys]
            self._directory.remember(build, dict(gone[-REMEMBERED_REMOVALS:]))
            self._directory.publish(build)
        self._checked_at = float("-inf")
        return len(keys)

    def search(self, query: SearchQuery) -> ResultPage:
        reader = self._reader()
        terms = self._analyser.query(query.text)
        matching = clauses.matching(reader.schema, query, terms)
        is_ranked = query.sort == "relevance" and bool(query.text.strip())
        page = reader.best if is_ranked else reader.newest
        ranked, total = page(matching, query.offset, query.limit)
        counted = {facet for facet in query.facets if not query.filters.get(facet)}
        facets = reader.counts(matching, counted)
        for facet in set(query.facets) - counted:
            facets |= reader.counts(clauses.matching(reader.schema, query, terms, ignoring=facet), [facet])
        in_order = {facet: facets[facet] for facet in query.facets}
        return ResultPage(_hits(reader, ranked, Highlighter(terms)), total, in_order)

    def versions(self) -> Iterator[tuple[str, int]]:
        return self._reader().versions()

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        reader = self._reader()
        start = spelling(prefix)
        if not start or limit < 1:
            return []
        found = [*self._analyser.completions(prefix), *reader.titles_starting_with(start, limit)]
        terms = self._analyser.terms(prefix)
        if len(found) < limit and terms:
            ranked, _ = reader.newest(clauses.titled(reader.schema, terms), 0, limit)
            found += [reader.shown(address).title for _, address in ranked]
        return list(dict.fromkeys(found))[:limit]

    def is_ready(self) -> str | None:
        try:
            self._reader()
        except SearchUnavailable as reason:
            return str(reason)
        return None

    def candidates(self, terms: Mapping[str, float], kinds: Set[str], limit: int) -> list[tuple[str, float]]:
        reader = self._reader()
        ranked, _ = reader.best(clauses.weighted(reader.schema, terms, kinds), 0, limit)
        return [(reader.key(address), score) for score, address in ranked]

    def statistics(self) -> IndexStatistics:
        return self._reader().statistics()

    def _remembered(self, build: str | None) -> Mapping[str, int]:
        """Versions of removals; none where they cannot be read, since a rebuild is the cure for that."""
        try:
            return self._directory.removals(build) if build else {}
        except SearchUnavailable:
            return {}

    def _live_build(self) -> str:
        """The build to write to, an empty one when there is none yet."""
        live = self._directory.live()
        if live:
            return live
        build, index = self._directory.create()
        _commit(_writer(index, _CHANGE_BYTES))
        self._directory.publish(build)
        return build

    def _write(self, index: tantivy.Index, settled: Settled) -> None:
        writer = _writer(index, _CHANGE_BYTES)
        for key in settled.removals.keys() | settled.puts.keys():
            writer.delete_documents_by_term(KEY, key)
        for document in settled.puts.values():
            writer.add_document(indexed(document, self._analyser))
        _commit(writer)

    def _fill(self, index: tantivy.Index, documents: Iterable[SearchDocument]) -> set[str]:
        """Write a new build; of a key that is given twice the last one stays."""
        keys: set[str] = set()
        writer = _writer(index, _REBUILD_BYTES)
        for document in documents:
            if document.key in keys:
                writer.delete_documents_by_term(KEY, document.key)
            keys.add(document.key)
            writer.add_document(indexed(document, self._analyser))
        _commit(writer)
        return keys

    def _reader(self) -> Reader:
        """The newest state that is known of; looks for a newer one when the last look was a while ago."""
        opened = self._opened
        if opened and self._clock() - self._checked_at < REFRESH_SECONDS:
            return opened[2]
        with self._guard:
            self._opened = opened = self._refreshed(self._opened)
            self._checked_at = self._clock()
        return opened[2]

    def _refreshed(self, opened: tuple[Stamp, tantivy.Index, Reader] | None) -> tuple[Stamp, tantivy.Index, Reader]:
        stamp = self._directory.stamp()
        if stamp is None:
            raise SearchUnavailable("there is no search index yet")
        if opened and opened[0] == stamp:
            return opened
        index = opened[1] if opened and opened[0][0] == stamp[0] else self._directory.open(stamp[0])
        return stamp, index, _reader(index)


def _reader(index: tantivy.Index) -> Reader:
    try:
        index.reload()
    except (ValueError, OSError) as error:
        raise SearchUnavailable(f"the search index cannot be read: {error}") from error
    return Reader(index.searcher(), index.schema)


def _writer(index: tantivy.Index, heap_bytes: int) -> tantivy.IndexWriter:
    try:
        return index.writer(heap_bytes, 1)
    except ValueError as error:
        raise SearchUnavailable(f"the search index cannot be written to: {error}") from error


def _commit(writer: tantivy.IndexWriter) -> None:
    """Make it durable, and let merges end: a writer that is dropped abandons them."""
    writer.commit()
    writer.wait_merging_threads()


def _hits(reader: Reader, ranked: Ranked, highlighter: Highlighter) -> tuple[Hit, ...]:
    return tuple(highlighter.hit(reader.shown(address), score) for score, address in ranked)
