"""Filters of a list as links: each value adds its filter to the address, or takes it away when it is on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode

from flask import request, url_for

from marketplace.web.language import gettext

Known = TypeVar("Known")
Group = tuple[str, str, Sequence[tuple[str, str]]]
"""(name of the filter, legend as a message id, values with labels in the page's language)."""


@dataclass(slots=True)
class Option:
    """One value of a filter as a link; ``count`` None where nobody counted."""

    value: str
    label: str
    is_on: bool
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filters that one list knows, by the names they have in its address."""

    endpoint: str
    names: tuple[str, ...]

    def query(self) -> dict[str, Any]:
        """The filters that this address names."""
        given = request.args.to_dict()
        return {name: given[name] for name in self.names if given.get(name)}

    def groups(self, *given: Group) -> list[dict[str, Any]]:
        """Legends with their options, as the component ``facet_group`` takes them."""
        here, filters = url_for(self.endpoint), self.query()
        return [
            {"name": name, "legend": gettext(legend), "options": _options(here, filters, name, values)}
            for name, legend, values in given
        ]


def _options(here: str, filters: Mapping[str, str], name: str, values: Sequence[tuple[str, str]]) -> list[Option]:
    """Addresses are put together here: asking the router for each of forty links is a fifth of a list's cost."""
    others = urlencode({other: value for other, value in filters.items() if other != name})
    without = f"{here}?{others}" if others else here
    with_it = f"{without}{'&' if others else '?'}{name}="
    on = filters.get(name)
    return [
        Option(value, label, value == on, without if value == on else with_it + quote_plus(value))
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
