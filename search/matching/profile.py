"""What is wanted and what is offered (供需画像), as far as matching looks at it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """A challenge. indicators: texts such as “质子电导率 ≥ 0.1 S/cm”. readiness: the least level wanted, 1…9.
    budget_fen: None or 0 when to be discussed. directions, topics, cooperation: codes. None and empty mean unknown.
    """

    key: str
    title: str
    text: str = ""
    indicators: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    readiness: int | None = None
    budget_fen: int | None = None
    area: str | None = None
    cooperation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferProfile:
    """An achievement or a patent. price_fen: the least that is asked for; the rest as for a need."""

    key: str
    title: str
    text: str = ""
    indicators: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    readiness: int | None = None
    price_fen: int | None = None
    area: str | None = None
    cooperation: tuple[str, ...] = ()


Profile = NeedProfile | OfferProfile


def whole_text(profile: Profile) -> str:
    """Text and indicators, without the title."""
    return "\n".join(filter(None, (profile.text, *profile.indicators)))
