"""The indicator library (指标库): what challenges of a direction are usually measured by. Plain values, no database.

``library_file`` reads it. Usual ranges are orders of magnitude and standards want checking: nothing is a requirement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.taxonomy.catalogue import LocalName


class Better(StrEnum):
    """Where a good value lies: above a bound, below one, between two, or there is no number at all."""

    HIGHER = "higher"
    LOWER = "lower"
    BETWEEN = "between"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class LibraryIndicator:
    """``key`` names it in forms: its direction and place. ``usual`` is a range as people write it, ``150–300``."""

    key: str
    name: LocalName
    better: Better
    unit: LocalName | None
    usual: str | None
    standard: str | None


@dataclass(frozen=True, slots=True)
class Library:
    """Indicators by the code of their direction, in the file's order."""

    source: LocalName
    directions: Mapping[str, tuple[LibraryIndicator, ...]]

    def of(self, direction: str | None) -> tuple[LibraryIndicator, ...]:
        return self.directions.get(direction or "", ())

    def find(self, key: str | None) -> LibraryIndicator | None:
        """By the key that a form sent; None for one that is not there."""
        return next((one for one in self.of((key or "").rpartition(":")[0]) if one.key == key), None)


EMPTY = Library(LocalName("", ""), {})
