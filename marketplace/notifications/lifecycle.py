"""The life of a delivery, as one table."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


S = DeliveryState
WAITING_STATES = (S.QUEUED, S.SENDING, S.FAILED)
"""Those that a worker takes when they are due: one that was being sent for too long belongs to a worker that died."""
LIFECYCLE = Lifecycle(
    initial=S.QUEUED,
    rows=[
        # action      from                                 to
        ("take",      {S.QUEUED, S.SENDING, S.FAILED},     S.SENDING),
        ("send",      {S.SENDING},                         S.SENT),
        ("fail",      {S.SENDING},                         S.FAILED),
        ("give_up",   {S.QUEUED, S.SENDING, S.FAILED},     S.GIVEN_UP),
        ("retry",     {S.GIVEN_UP},                        S.QUEUED),
    ],
)  # fmt: skip
