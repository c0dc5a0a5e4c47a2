"""Reading one state of the index (读取): ranked pages, counts, statistics; none changes under the reader."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

import tantivy
from tantivy import DocAddress, Order, Query

from search.analysis.analyser import CONCEPT_PREFIX
from search.documents import FacetValue
from search.engines.embedded.schema import BODY, CONCEPTS, KEY, RECENCY, SHOWN, SUGGESTED, SUGGESTION_MARK, VERSION
from search.highlight import Shown

Ranked = list[tuple[float, DocAddress]]

_MOST_VALUES = 1_000


class IndexStatistics:
    """Counts over one state of the index; concepts are counted under their terms."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    @property
    def documents(self) -> int:
        return self._searcher.num_docs

    def document_frequency(self, term: str) -> int:
        if term.startswith(CONCEPT_PREFIX):
            return self._searcher.doc_freq(CONCEPTS, term.removeprefix(CONCEPT_PREFIX))
        return self._searcher.doc_freq(BODY, term)


class Reader:
    """One state of the index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self.schema = schema

    def statistics(self) -> IndexStatistics:
        return IndexStatistics(self._searcher)

    def best(self, query: Query, offset: int, limit: int) -> tuple[Ranked, int]:
        """A page by falling score, equal scores by key; and how many documents match in all."""
        if limit == 0:
            return [], _total(self._searcher.search(query, 1))
        wanted = offset + limit
        found = self._searcher.search(query, wanted + 1)
        total = _total(found)
        hits: Ranked = found.hits
        # Documents that tie with the page's last one may stand anywhere among their equals: fetch all of them.
        while len(hits) < total and hits[-1][0] == hits[wanted - 1][0]:
            hits = self._searcher.search(query, 4 * len(hits)).hits
        return self._in_order(hits, offset, wanted), total

    def newest(self, query: Query, offset: int, limit: int) -> tuple[Ranked, int]:
        """A page by falling date, equal dates by key; and how many documents match in all."""
        found = self._searcher.search(query, max(limit, 1), order_by_field=RECENCY, offset=offset, order=Order.Asc)
        return [(0.0, address) for _, address in found.hits[:limit]], _total(found)

    def counts(self, query: Query, facets: Iterable[str]) -> dict[str, tuple[FacetValue, ...]]:
        """How many matching documents have each value, the most frequent first."""
        asked = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in facets}
        if not asked:
            return {}
        answer = self._searcher.aggregate(query, asked)
        return {name: _by_frequency(answer[name]["buckets"]) for name in asked}

    def shown(self, address: DocAddress) -> Shown:
        stored = self._searcher.doc(address)
        kind, title, summary, excerpt = json.loads(bytes(stored[SHOWN][0]))
        return Shown(stored[KEY][0], kind, title, summary, excerpt)

    def key(self, address: DocAddress) -> str:
        return str(self._searcher.doc(address)[KEY][0])

    def version(self, key: str) -> int | None:
        """The version of a document; None when there is none."""
        hits = self._searcher.search(Query.term_query(self.schema, KEY, key, "basic"), 1, count=False).hits
        return int(self._searcher.fast_field_values(VERSION, [hits[0][1]])[0] or 0) if hits else None

    def versions(self) -> Iterator[tuple[str, int]]:
        """All keys in order, each with its version."""
        total = self._searcher.num_docs
        hits = self._searcher.search(Query.all_query(), max(total, 1), order_by_field=KEY, order=Order.Asc).hits
        numbers = self._searcher.fast_field_values(VERSION, [address for _, address in hits])
        return zip((key for key, _ in hits), (int(number or 0) for number in numbers), strict=True)

    def titles_starting_with(self, prefix: str, limit: int) -> list[str]:
        """Titles in the order of their spelling; `prefix` is spelled too."""
        found = self._searcher.terms_with_prefix(SUGGESTED, prefix, Query.all_query(), limit)
        return [term.partition(SUGGESTION_MARK)[2] for term, _ in found]

    def _in_order(self, hits: Ranked, offset: int, end: int) -> Ranked:
        """The page of hits whose equals are all there; keys are read of those only that tie within the page."""
        ordered: Ranked = []
        for _, equals in groupby(hits, key=itemgetter(0)):
            tied = list(equals)
            if len(tied) > 1 and len(ordered) + len(tied) > offset and len(ordered) < end:
                tied.sort(key=lambda hit: self.key(hit[1]))
            ordered += tied
        return ordered[offset:end]


def _total(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # the stubs leave it out


def _by_frequency(buckets: list[Mapping[str, object]]) -> tuple[FacetValue, ...]:
    values = [FacetValue(str(bucket["key"]), int(str(bucket["doc_count"]))) for bucket in buckets]
    return tuple(sorted(values, key=lambda value: (-value.count, value.value)))
