"""Filters of a list as links: each value adds its filter to the address, or takes it away when it is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for

from marketplace.web.language import gettext

Known = TypeVar("Known")
Group = tuple[str, str, Sequence[tuple[str, str]]]
"""(name of the filter, legend as a message id, values with labels in the page's language)."""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filters that one list knows, by the names they have in its address."""

    endpoint: str
    names: tuple[str, ...]

    def query(self, **changes: str | None) -> dict[str, Any]:
        """The filters of this address with changes; None leaves one out, and paging starts again."""
        kept: dict[str, str | None] = {name: request.args.get(name) for name in self.names}
        return {name: value for name, value in (kept | changes).items() if value}

    def groups(self, *given: Group) -> list[dict[str, Any]]:
        """Legends with their options, as the component ``facet_group`` takes them."""
        return [
            {"name": name, "legend": gettext(legend), "options": self._options(name, values)}
            for name, legend, values in given
        ]

    def _options(self, name: str, values: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        on = request.args.get(name)
        return [
            {
                "value": value,
                "label": label,
                "count": None,
                "is_on": value == on,
                "url": url_for(self.endpoint, **self.query(**{name: None if value == on else value})),
            }
            for value, label in values
        ]


def asked(name: str, known: type[Known]) -> Known | None:
    """The member of an enum that the address names; None where it names none that is known."""
    value = request.args.get(name)
    return next((member for member in known if str(member) == value), None)  # type: ignore[attr-defined]


def asked_words(name: str = "q", longest: int = 80) -> str | None:
    return (request.args.get(name) or "").replace("\0", "").strip()[:longest] or None


def asked_wan(name: str, most: int = 10**6) -> int | None:
    """An amount in whole 万元 as fen; None where there is none or it makes no sense."""
    amount = request.args.get(name, type=int)
    return amount * 1_000_000 if amount and 0 < amount <= most else None
