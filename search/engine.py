"""What every search engine promises (检索引擎), whichever it is.

Everything here is about public things only: what may not be seen by all is never given to an engine.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Protocol

from search.documents import Change, ResultPage, SearchDocument, SearchQuery
from search.statistics import TermStatistics


class SearchUnavailable(Exception):
    """The engine cannot answer or take changes now; the message says why. Nothing was changed."""


class SearchEngine(Protocol):
    """Finds documents. One process writes at a time, any number read."""

    def apply(self, changes: Iterable[Change]) -> int:
        """Take changes in order, all or none; how many of them had an effect.

        A put with an older version than the engine has seen of that key has no effect, nor has one that is not newer
        than a removal, nor a removal that is older than what is there. So changes may come late, twice and in any
        order. When the call returns they survive a crash, and the next search of this engine sees them.
        Raises SearchUnavailable when another process is writing.
        """

    def search(self, query: SearchQuery) -> ResultPage:
        """Best first, equal scores by key; newest first when there is no text. The same question gets the same answer.

        A document whose number or code is in the query comes first. Facets count what matches text, kinds and the
        other facets' filters, so that a chosen value does not hide its alternatives.
        Raises SearchUnavailable.
        """

    def versions(self) -> Iterator[tuple[str, int]]:
        """Key and version of every document that can be found, by key. Raises SearchUnavailable."""

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Put a new index with exactly these documents in the place of the old one; how many there are.

        Readers see the old index until the new one is complete, then the new one, and never none. When reading the
        documents fails, the old one stays. Other writers are refused meanwhile, so whatever happens after the first
        document is read is to be applied afterwards. Raises SearchUnavailable when another process is writing.
        """

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Names and titles that someone who has typed so far may mean, at most `limit`. Raises SearchUnavailable."""

    def is_ready(self) -> str | None:
        """None when questions can be answered, else the reason why not. Never raises."""

    def candidates(self, terms: Mapping[str, float], kinds: Set[str], limit: int) -> list[tuple[str, float]]:
        """The `limit` documents of these kinds that score highest for weighted terms: keys with scores, best first.

        A term that names a concept is given as `concept_term(id)`. Raises SearchUnavailable.
        """

    def statistics(self) -> TermStatistics:
        """Counts over all documents as they are now. Raises SearchUnavailable."""
