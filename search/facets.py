"""Facets (筛选项): what a document answers to each handle by which results are narrowed."""

from bisect import bisect_right
from collections.abc import Mapping

from search.documents import SearchDocument

TEN_THOUSAND_YUAN_IN_FEN = 1_000_000
BUDGET_BANDS: tuple[tuple[str, int], ...] = (
    ("below-500k", 1),
    ("500k-1m", 50 * TEN_THOUSAND_YUAN_IN_FEN),
    ("1m-5m", 100 * TEN_THOUSAND_YUAN_IN_FEN),
    ("5m-10m", 500 * TEN_THOUSAND_YUAN_IN_FEN),
    ("10m-and-more", 1_000 * TEN_THOUSAND_YUAN_IN_FEN),
)
"""Names of the bands (in yuan) and the least amount of each, in fen, rising."""
TO_BE_DISCUSSED = "to-be-discussed"


def budget_band(budget_fen: int) -> str:
    """The band an amount lies in; nothing is settled yet about 0."""
    place = bisect_right([least for _, least in BUDGET_BANDS], budget_fen)
    return BUDGET_BANDS[place - 1][0] if place else TO_BE_DISCUSSED


def facet_values(document: SearchDocument) -> Mapping[str, tuple[str, ...]]:
    """Filter → the document's values of it, all as text; none where the document says nothing."""
    budget, published = document.budget_fen, document.published_at
    return {
        "kind": (document.kind,),
        "industry": document.industries,
        "direction": document.directions,
        "topic": document.topics,
        "readiness": () if document.readiness is None else (str(document.readiness),),
        "area": (document.area,) if document.area else (),
        "budget": () if budget is None else (budget_band(budget),),
        "cooperation": document.cooperation,
        "state": (document.state,) if document.state else (),
        "year": () if published is None else (str(published.year),),
    }
