"""The life of a letter, as one table."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


S = DeliveryState
LIFECYCLE = Lifecycle(
    initial=S.QUEUED,
    rows=[
        # action      from           to
        ("send",      {S.QUEUED},    S.SENT),
        ("give_up",   {S.QUEUED},    S.FAILED),
    ],
)  # fmt: skip
