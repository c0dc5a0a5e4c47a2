"""Concepts (概念): things with several names, found under each of them.

A document is given the ids of the concepts it names and of broader ones, a query those it names only: who asks for
锂电池 finds 固态电池, who asks for 固态电池 does not get every 锂电池.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from search.analysis.phrases import PhraseFinder, spelling

ConceptMode = Literal["equiv", "related", "oneway"]
_WEIGHT_OF_MODE: Mapping[str, float] = {"equiv": 1.0, "related": 0.5, "oneway": 1.0}


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing and its names.

    mode `equiv`: every name means the thing. `related`: the names are near it, and count half. `oneway`: an alias in
    a query asks for the thing, but in a document it may mean something else (an abbreviation with several meanings).
    """

    id: str
    canonical: str
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    mode: ConceptMode = "equiv"


class ConceptTagger:
    """Reads concept ids out of texts, the longest name first."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = {concept.id: concept for concept in concepts}
        self._asked_by = _ids_by_name(self._concepts.values(), in_documents=False)
        self._named_by = _ids_by_name(self._concepts.values(), in_documents=True)
        self._asked = PhraseFinder(self._asked_by)
        self._named = PhraseFinder(self._named_by)

    def in_document(self, text: str) -> list[str]:
        """Ids of the concepts that a document names, and of all that are broader; sorted."""
        ids = self.named(text)
        return sorted(ids | {broader for id_ in ids for broader in self._broader(id_, frozenset())})

    def named(self, text: str) -> set[str]:
        """Ids of the concepts that a document names itself."""
        return {id_ for found in self._named.find(text) for id_ in self._named_by[found.phrase]}

    def in_query(self, text: str) -> dict[str, float]:
        """Ids of the concepts that a query asks for, with their share of a full match (1, or 0.5 when related)."""
        ids = {id_ for found in self._asked.find(text) for id_ in self._asked_by[found.phrase]}
        return {id_: _WEIGHT_OF_MODE[self._concepts[id_].mode] for id_ in sorted(ids)}

    def names(self, id_: str) -> list[str]:
        """All names of a concept, the canonical one first."""
        concept = self._concepts[id_]
        return [concept.canonical, *concept.aliases]

    def starting_with(self, prefix: str) -> list[str]:
        """Canonical names of the concepts one of whose names starts so, in the order of the concepts."""
        start = spelling(prefix)
        return [
            concept.canonical
            for concept in self._concepts.values()
            if start and any(spelling(name).startswith(start) for name in self.names(concept.id))
        ]

    def _broader(self, id_: str, seen: frozenset[str]) -> set[str]:
        """Everything above a concept; a circle in the data ends where it closes."""
        above = {broader for broader in self._concepts[id_].broader if broader in self._concepts} - seen
        return above.union(*(self._broader(broader, seen | above) for broader in above))


def _ids_by_name(concepts: Iterable[Concept], *, in_documents: bool) -> dict[str, set[str]]:
    """Spelled name → ids. In documents, the aliases of a one-way concept mean nothing."""
    ids: dict[str, set[str]] = defaultdict(set)
    for concept in concepts:
        aliases = () if in_documents and concept.mode == "oneway" else concept.aliases
        for name in (concept.canonical, *aliases):
            ids[spelling(name)].add(concept.id)
    ids.pop("", None)
    return ids
