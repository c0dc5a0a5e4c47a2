"""Which of several changes count (版本): late, repeated and reordered ones settle to the same state."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from search.documents import Change, Put, Removal, SearchDocument

LiveVersion = Callable[[str], int | None]
"""Key → version of a document that can be found, None for one that cannot."""


@dataclass(slots=True)
class Settled:
    """What is to be written: documents by key, and versions of removals by key; and how many changes had an effect."""

    puts: dict[str, SearchDocument] = field(default_factory=dict)
    removals: dict[str, int] = field(default_factory=dict)
    effects: int = 0


def settle(changes: Iterable[Change], live: LiveVersion, removed: Mapping[str, int]) -> Settled:
    """Weigh changes against what is there: documents that can be found, and versions of removals by key."""
    settled = Settled()
    for change in changes:
        if isinstance(change, Put):
            _put(settled, change.document, live, removed)
        else:
            _remove(settled, change, live, removed)
    return settled


def _put(settled: Settled, document: SearchDocument, live: LiveVersion, removed: Mapping[str, int]) -> None:
    present = _live_version(settled, document.key, live)
    gone = settled.removals.get(document.key, removed.get(document.key))
    if (present is None or document.version >= present) and (gone is None or document.version > gone):
        settled.puts[document.key] = document
        settled.effects += 1


def _remove(settled: Settled, removal: Removal, live: LiveVersion, removed: Mapping[str, int]) -> None:
    present = _live_version(settled, removal.key, live)
    if present is not None and removal.version < present:
        return
    gone = settled.removals.get(removal.key, removed.get(removal.key))
    settled.puts.pop(removal.key, None)
    settled.removals[removal.key] = max(removal.version, gone if gone is not None else removal.version)
    settled.effects += present is not None


def _live_version(settled: Settled, key: str, live: LiveVersion) -> int | None:
    if key in settled.puts:
        return settled.puts[key].version
    return None if key in settled.removals else live(key)
