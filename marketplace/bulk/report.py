"""What an import says about a file (pure): what was found, and every fault by row, column and reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.core.text import Message

SHOWN_FAULTS = 200
"""More are counted, not kept: whoever has so many mends the first ones and asks again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` as the file counts it, from 1; ``column`` as the file names it, empty for the row as a whole."""

    row: int
    column: str
    reason: Message


@dataclass(slots=True)
class Report:
    """``ready`` rows would be (or were) written, ``known`` ones are there from an earlier import."""

    rows: int = 0
    ready: int = 0
    known: int = 0
    fault_count: int = 0
    faulty_rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    ignored: dict[str, None] = field(default_factory=dict)
    """Columns that nobody read, in the order of the file."""

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """The faults of one row, in the order of its columns."""
        found = list(faults)
        self.fault_count += len(found)
        self.faulty_rows += bool(found)
        self.faults += found[: SHOWN_FAULTS - len(self.faults)]

    @property
    def is_clean(self) -> bool:
        return not self.fault_count
