"""The embedded engine against tantivy itself: the same index, query, facets and documents, asked by hand."""

from collections.abc import Callable

import tantivy

from bench.instance import Instance, settings
from bench.measure import Call
from bench.words import SEARCHES
from marketplace.indexing.engines import analyser_for, engine
from marketplace.taxonomy.current import catalogue
from search.documents import FACETS, SearchQuery
from search.engines.embedded.query import matching
from search.engines.embedded.schema import register_words

QUERIES = tuple(SearchQuery(text=words) for words in SEARCHES)


def through_the_engine(instance: Instance) -> Call:
    with instance.app.app_context():
        searched = engine()
    return lambda number: searched.search(QUERIES[number % len(QUERIES)])


def by_hand(instance: Instance) -> Call:
    """Prepared queries on an index that stays open; nothing is marked in what is found."""
    folder = settings(instance.app).search_folder
    index = tantivy.Index.open(str(folder / (folder / "CURRENT").read_text()))
    register_words(index)
    with instance.app.app_context():
        analyser = analyser_for(catalogue())
    asked = [matching(index.schema, query, analyser.query(query.text)) for query in QUERIES]
    ask = _asker(index.searcher())
    return lambda number: ask(asked[number % len(asked)])


def _asker(searcher: tantivy.Searcher) -> Callable[[tantivy.Query], object]:
    facets = {name: {"terms": {"field": name, "size": 1_000}} for name in FACETS}

    def ask(query: tantivy.Query) -> object:
        found = searcher.search(query, 20)
        documents = [searcher.doc(address) for _, address in found.hits]
        return documents, searcher.aggregate(query, facets)

    return ask
