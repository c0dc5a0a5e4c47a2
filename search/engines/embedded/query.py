"""A question as a tantivy query. The same clauses, in the same sum, can be asked of any engine with BM25."""

from collections.abc import Iterable, Mapping, Set

import tantivy
from tantivy import Occur, Query

from search.analysis.analyser import BODY_BOOST, CONCEPT_PREFIX, TITLE_BOOST, QueryTerms
from search.documents import SearchQuery
from search.engines.embedded.schema import BODY, CONCEPTS, IDENTIFIERS, TITLE

IDENTIFIER_SCORE = 10_000.0
"""More than any text scores, so that what was asked for by its number comes first."""

_CANDIDATE_CONCEPT_SCORE = 6.0

Clause = tuple[Occur, Query]


def matching(schema: tantivy.Schema, query: SearchQuery, terms: QueryTerms, *, ignoring: str | None = None) -> Query:
    """Documents that match text, kinds and filters (but the one of the ignored facet), scored by the text."""
    clauses = [*_filters(schema, query, ignoring)]
    if query.text.strip():
        clauses.append((Occur.Must, _text(schema, terms)))
    return Query.boolean_query(clauses) if clauses else Query.all_query()


def weighted(schema: tantivy.Schema, terms: Mapping[str, float], kinds: Set[str]) -> Query:
    """Documents of the kinds by the sum of their weighted terms."""
    wanted = [(Occur.Should, _weighted_term(schema, term, weight)) for term, weight in terms.items() if weight > 0]
    scored = Query.boolean_query(wanted) if wanted else Query.empty_query()
    return Query.boolean_query([(Occur.Must, scored), *_one_of(schema, "kind", kinds)])


def titled(schema: tantivy.Schema, terms: list[str]) -> Query:
    """Documents whose title holds these terms in a row."""
    return _in_a_row(schema, TITLE, terms)


def _text(schema: tantivy.Schema, terms: QueryTerms) -> Query:
    """What decides whether a document is found, then what only helps to rank it."""
    if terms.is_empty:
        return Query.empty_query()
    helping = [
        (Occur.Should, _term(schema, field, term, boost * count))
        for term, count in terms.counts.items()
        for field, boost in ((TITLE, TITLE_BOOST), (BODY, BODY_BOOST))
        if field == TITLE or term not in terms.deciding
    ]
    phrases = [(Occur.Must, _unscored(_in_a_row(schema, BODY, list(phrase)))) for phrase in terms.phrases]
    return Query.boolean_query([(Occur.Must, _deciding(schema, terms)), *phrases, *helping])


def _deciding(schema: tantivy.Schema, terms: QueryTerms) -> Query:
    """At least as many terms as needed, or a concept, or an identifier.

    A concept or identifier stands here once per needed term, with its share of the score, so that it alone suffices.
    """
    deciding = [_term(schema, BODY, term, BODY_BOOST * terms.counts[term]) for term in sorted(terms.deciding)]
    identifiers = dict.fromkeys(terms.identifiers, IDENTIFIER_SCORE)
    for field, scores in ((CONCEPTS, terms.concepts), (IDENTIFIERS, identifiers)):
        for value, score in sorted(scores.items()):
            exact = Query.term_query(schema, field, value, "basic")
            deciding += [Query.const_score_query(exact, score / terms.needed)] * terms.needed
    return Query.boolean_query([(Occur.Should, query) for query in deciding], minimum_number_should_match=terms.needed)


def _term(schema: tantivy.Schema, field: str, term: str, boost: float) -> Query:
    found = Query.term_query(schema, field, term, "freq")
    return found if boost == 1 else Query.boost_query(found, boost)


def _weighted_term(schema: tantivy.Schema, term: str, weight: float) -> Query:
    if term.startswith(CONCEPT_PREFIX):
        exact = Query.term_query(schema, CONCEPTS, term.removeprefix(CONCEPT_PREFIX), "basic")
        return Query.const_score_query(exact, weight * _CANDIDATE_CONCEPT_SCORE)
    return _term(schema, BODY, term, weight)


def _in_a_row(schema: tantivy.Schema, field: str, terms: list[str]) -> Query:
    if len(terms) == 1:
        return Query.term_query(schema, field, terms[0], "freq")
    return Query.phrase_query(schema, field, list(terms))


def _filters(schema: tantivy.Schema, query: SearchQuery, ignoring: str | None) -> Iterable[Clause]:
    yield from _one_of(schema, "kind", query.kinds)
    for name, values in sorted(query.filters.items()):
        if name != ignoring:
            yield from _one_of(schema, name, values)


def _one_of(schema: tantivy.Schema, field: str, values: Set[str]) -> Iterable[Clause]:
    if values:
        yield Occur.Must, _unscored(Query.term_set_query(schema, field, sorted(values)))


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
