"""The life of a request for release (提请), as one table. It is a record beside the thing, never a state of it."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class ApprovalState(StrEnum):
    ASKED = "asked"
    RELEASED = "released"
    RETURNED = "returned"
    RECALLED = "recalled"
    LAPSED = "lapsed"
    HANDED_IN = "handed_in"


S = ApprovalState
LIFECYCLE = Lifecycle(
    initial=S.ASKED,
    rows=[
        # action      from                                     to
        ("release",   {S.ASKED},                               S.RELEASED),
        ("return",    {S.ASKED, S.RELEASED},                   S.RETURNED),
        ("recall",    {S.ASKED},                               S.RECALLED),
        ("lapse",     {S.ASKED, S.RELEASED, S.RETURNED},       S.LAPSED),
        ("hand_in",   {S.RELEASED},                            S.HANDED_IN),
    ],
)  # fmt: skip

OUT_STATES = frozenset({S.RELEASED, S.HANDED_IN})
"""The text that was asked for may be handed in, as often as it stays the same."""
OPEN_STATES = frozenset({S.ASKED, S.RELEASED, S.RETURNED})
"""Somebody has something to do."""
DECISIONS = ("release", "return", "recall")
"""Steps that people take; the others follow from what happens to the thing."""
REASON_NEEDED = frozenset({"return"})
