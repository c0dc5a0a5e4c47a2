"""What an import says about a file (pure): what was found, and every fault by row, column and reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.core.errors import DomainError
from marketplace.core.text import Message

SHOWN_FAULTS = 200
"""More are counted, not kept: whoever has so many mends the first ones and asks again."""
SHOWN_NAMES = 200
LETTERS = 26
COUNTS = ("rows", "ready", "changed", "known", "fault_count", "faulty_rows")


class FileError(DomainError):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` as the file counts it, from 1; 0 for the file as a whole. ``column`` as the file names it, empty for the
    row as a whole."""

    row: int
    column: Message | str
    reason: Message


@dataclass(slots=True)
class Report:
    """``ready`` rows would be (or were) written, ``changed`` of them change what is there; ``known`` ones are there
    from an earlier import, or say nothing new."""

    rows: int = 0
    ready: int = 0
    changed: int = 0
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

    def as_json(self) -> dict[str, Any]:
        """As a row of the database keeps it."""
        faults = [[fault.row, _kept(fault.column), _kept(fault.reason)] for fault in self.faults]
        return {name: getattr(self, name) for name in COUNTS} | {"faults": faults, "ignored": list(self.ignored)}


def report_of(kept: Mapping[str, Any]) -> Report:
    """The inverse of ``as_json``; of an empty one, a report of nothing."""
    report = Report(**{name: kept.get(name, 0) for name in COUNTS})
    report.faults = [Fault(row, _said(column), _message(reason)) for row, column, reason in kept.get("faults", [])]
    report.ignored = dict.fromkeys(kept.get("ignored", []))
    return report


def report_of_refusal(reason: Message) -> Report:
    """The file cannot be read at all."""
    report = Report()
    report.add_faults([Fault(0, "", reason)])
    return report


def letters_of(position: int) -> str:
    """A sheet's name for its column: A, B, … Z, AA; counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _kept(words: Message | str) -> Any:
    if isinstance(words, str):
        return words
    values = {name: _kept(one) if isinstance(one, Message) else _plain(one) for name, one in words.values.items()}
    return {"id": words.id, "values": values}


def _plain(value: object) -> Any:
    return value if isinstance(value, int | str) else str(value)


def _said(kept: Any) -> Message | str:
    return kept if isinstance(kept, str) else _message(kept)


def _message(kept: Any) -> Message:
    return Message(
        kept["id"], {name: _message(one) if isinstance(one, dict) else one for name, one in kept["values"].items()}
    )
