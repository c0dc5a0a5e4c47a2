"""The vocabulary of search (检索): what goes in, what is asked, what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

FACETS = ("kind", "industry", "direction", "readiness", "area", "budget", "cooperation", "year")
FILTERS = frozenset((*FACETS, "topic", "state"))
"""What can be filtered by; topics and states are not counted."""

Sort = Literal["relevance", "newest"]
Segment = tuple[str, bool]
"""A piece of text, and whether it matched the query. The pieces of a text put together are the text."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A thing that may be found.

    key: unique over all kinds, opaque. version: grows with each change of the thing. number: the display number, and
    codes: other identifiers, both found exactly. budget_fen: 0 when to be discussed. published_at: aware; its year is
    read in the zone it carries. summary: what result lists show. concepts: ids beyond those the texts name.
    """

    key: str
    kind: str
    version: int
    title: str
    body: str
    number: str = ""
    codes: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    readiness: int | None = None
    area: str | None = None
    budget_fen: int | None = None
    cooperation: tuple[str, ...] = ()
    state: str = ""
    published_at: datetime | None = None
    summary: str = ""
    concepts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key or not self.kind:
            raise ValueError("a document has a key and a kind")
        if self.version < 0:
            raise ValueError("versions are not negative")
        if self.published_at is not None and self.published_at.tzinfo is None:
            raise ValueError("published_at is an aware instant")


@dataclass(frozen=True, slots=True)
class Put:
    """Make a document findable as it is in this version."""

    document: SearchDocument


@dataclass(frozen=True, slots=True)
class Removal:
    """Make a document unfindable as of this version."""

    key: str
    version: int


Change = Put | Removal


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question.

    text: words; what is in quotes must stand so. Empty text asks for everything, newest first. kinds: nothing else is
    looked at (empty: every kind). filters: facet → wanted values; values of one facet are alternatives, facets add up.
    facets: which ones to count.
    """

    text: str = ""
    kinds: frozenset[str] = frozenset()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = FACETS

    def __post_init__(self) -> None:
        unknown = (self.filters.keys() - FILTERS) | (set(self.facets) - set(FACETS))
        if unknown:
            raise ValueError(f"unknown facets: {', '.join(sorted(unknown))}")
        if self.offset < 0 or self.limit < 0:
            raise ValueError("offset and limit are not negative")


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. Segments are plain text in pieces, never markup."""

    key: str
    kind: str
    score: float
    title: str
    summary: str
    title_segments: tuple[Segment, ...]
    snippet: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many documents one would see on choosing it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Hits from `offset` on, how many there are in all, and the counted facets, the most frequent value first."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
