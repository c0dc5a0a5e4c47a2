"""The life of an import, as one table: checked before it is written, written as a whole, undone within a day."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class ImportState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


S = ImportState
LIFECYCLE = Lifecycle(
    initial=S.CHECKING,
    rows=[
        # action      from          to
        ("check",     {S.CHECKING}, S.CHECKED),
        ("replace",   {S.CHECKED},  S.CHECKING),
        ("confirm",   {S.CHECKED},  S.WRITING),
        ("refuse",    {S.WRITING},  S.CHECKED),
        ("finish",    {S.WRITING},  S.DONE),
        ("undo",      {S.DONE},     S.UNDOING),
        ("take_back", {S.UNDOING},  S.UNDONE),
    ],
)  # fmt: skip

AT_WORK = frozenset({S.CHECKING, S.WRITING, S.UNDOING})
"""Something is going on that the person waits for."""
KEPT_STATES = frozenset({S.DONE, S.UNDOING, S.UNDONE})
"""Something was written: what came of it stays on record."""
