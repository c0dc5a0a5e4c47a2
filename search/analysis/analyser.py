"""The chain from text to terms (分析): one object for what is indexed and for what is asked, whatever the engine."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from search.analysis.concepts import Concept, ConceptTagger
from search.analysis.normalise import normalise
from search.analysis.phrases import spelling
from search.analysis.tokens import terms, tokens

TITLE_BOOST = 2.0
BODY_BOOST = 1.0
QUERY_LENGTH = 500
CONCEPT_PREFIX = "concept:"

_CONCEPT_SHARE = 0.2
_USUAL_TERM_SCORE = 6.0
_QUOTED = re.compile('"([^"]+)"|“([^”]+)”|「([^」]+)」|『([^』]+)』')
_FEW_TO_CHOOSE_FROM = 2


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What a query asks for, in the terms of the index.

    counts: term → how often the query says it. deciding: the terms of which a document must have at least `needed`
    to be found at all (or a concept, or an identifier). phrases: runs of terms that must stand together.
    concepts: id → score that a document with it gets. identifiers: spelled numbers and codes that may be meant.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    deciding: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    concepts: Mapping[str, float] = field(default_factory=dict)
    identifiers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def needed(self) -> int:
        """One of one or two deciding terms, two of more: one shared pair of characters in twenty is chance."""
        return 1 if len(self.deciding) <= _FEW_TO_CHOOSE_FROM else 2

    @property
    def is_empty(self) -> bool:
        """Whether the query holds nothing that could be found."""
        return not (self.counts or self.identifiers)


class Analyser:
    """Turns texts into terms and concepts; knows no index."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._concepts = ConceptTagger(concepts)

    def terms(self, text: str) -> list[str]:
        """Terms in the order of the text."""
        return terms(text)

    def concepts(self, text: str) -> list[str]:
        """Ids of the concepts a document names, broader ones included."""
        return self._concepts.in_document(text)

    def named(self, text: str) -> set[str]:
        """Ids of the concepts a document names itself."""
        return self._concepts.named(text)

    def names(self, id_: str) -> list[str]:
        """All names of a concept, the canonical one first."""
        return self._concepts.names(id_)

    def query(self, text: str) -> QueryTerms:
        """The terms of a query; what stands in quotes must be found so. Only the first 500 characters count."""
        text = text[:QUERY_LENGTH]
        asked = self._concepts.in_query(text)
        found = list(tokens(text))
        quoted = (next(filter(None, match.groups())) for match in _QUOTED.finditer(normalise(text)))
        return QueryTerms(
            counts=Counter(token.text for token in found),
            deciding=frozenset(token.text for token in found if token.stands_alone),
            phrases=tuple(filter(None, (tuple(terms(phrase)) for phrase in quoted))),
            concepts={id_: share * self._concept_score(id_) for id_, share in asked.items()},
            identifiers=_possible_identifiers(text),
            names=frozenset(spelling(name) for id_ in asked for name in self._concepts.names(id_)),
        )

    def completions(self, prefix: str) -> list[str]:
        """Names of concepts that someone who has typed so far may mean."""
        return self._concepts.starting_with(prefix)

    def _concept_score(self, id_: str) -> float:
        """A share of what a document saying the canonical name in title and body would score, so that a document
        under another name comes after those that use the asker's own, and before those that share a character or two.
        """
        length = len(terms(self._concepts.names(id_)[0]))
        return _CONCEPT_SHARE * _USUAL_TERM_SCORE * (TITLE_BOOST + BODY_BOOST) * length


def concept_term(id_: str) -> str:
    """How a concept is written among terms, none of which holds a colon."""
    return CONCEPT_PREFIX + id_


def identifier(text: str) -> str:
    """How numbers and codes are compared: folded, without spaces."""
    return "".join(normalise(text).split())


def _possible_identifiers(text: str) -> frozenset[str]:
    """The whole query, and each of its words, as far as they hold a digit."""
    candidates = {identifier(text), *(identifier(word) for word in text.split())}
    return frozenset(word for word in candidates if any(character.isdigit() for character in word))
