"""The life of an interest, as one table: either side closes it, and whoever had it may take it up again."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class InterestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Side(StrEnum):
    """Who is interested, and whose achievement it is."""

    SEEKER = "seeker"
    OWNER = "owner"

    @property
    def other(self) -> "Side":
        return Side.OWNER if self is Side.SEEKER else Side.SEEKER


S = InterestState
LIFECYCLE = Lifecycle(
    initial=S.OPEN,
    rows=[
        # action      from          to
        ("reply",     {S.OPEN},     S.OPEN),
        ("close",     {S.OPEN},     S.CLOSED),
        ("reopen",    {S.CLOSED},   S.OPEN),
    ],
)  # fmt: skip
