"""The signals of a match (匹配信号): one function each, 0…1, or None where one side says nothing."""

from collections.abc import Collection, Mapping

HALFWAY_SIMILARITY = 0.1
"""The similarity of texts that counts as half: titles and abstracts that fit well lie between 0.1 and 0.4."""

_SAME_INDUSTRY = 0.5
_BY_MISSING_LEVELS = (1.0, 0.7, 0.4, 0.15)


def text_fit(similarity: float) -> float:
    """Rises with the similarity of the texts, quickly at first."""
    return similarity / (similarity + HALFWAY_SIMILARITY)


def direction_fit(need: Collection[str], offer: Collection[str], industry_of: Mapping[str, str]) -> float | None:
    """1 for a direction in common, a half for an industry."""
    if not need or not offer:
        return None
    if set(need) & set(offer):
        return 1.0
    return _SAME_INDUSTRY if industries(need, industry_of) & industries(offer, industry_of) else 0.0


def industries(directions: Collection[str], industry_of: Mapping[str, str]) -> set[str]:
    """Industries of directions, where they are known."""
    return {industry_of[direction] for direction in directions if direction in industry_of}


def topic_fit(need: Collection[str], offer: Collection[str]) -> float | None:
    """The share of topics in common, of the side that has fewer."""
    if not need or not offer:
        return None
    return len(set(need) & set(offer)) / min(len(set(need)), len(set(offer)))


def readiness_fit(wanted: int | None, offered: int | None) -> float | None:
    """1 when the offer is as ready as wanted, less for each level that is missing."""
    if wanted is None or offered is None:
        return None
    missing = max(0, wanted - offered)
    return _BY_MISSING_LEVELS[missing] if missing < len(_BY_MISSING_LEVELS) else 0.0


def budget_fit(budget_fen: int | None, price_fen: int | None) -> float | None:
    """The share of the asked price that the budget pays; both amounts may still be open."""
    if not budget_fen or price_fen is None:
        return None
    return 1.0 if budget_fen >= price_fen else budget_fen / price_fen


def area_fit(need: str | None, offer: str | None) -> float | None:
    """1 in the same area."""
    return None if not need or not offer else float(need == offer)


def cooperation_fit(need: Collection[str], offer: Collection[str]) -> float | None:
    """1 when a way of working together is welcome to both."""
    return None if not need or not offer else float(bool(set(need) & set(offer)))
