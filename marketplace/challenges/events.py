"""What others may want to hear about challenges."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.challenges.models import Challenge


@dataclass(frozen=True, slots=True)
class ChallengeChanged:
    """A challenge was drafted, revised or took a step of its lifecycle."""

    challenge: Challenge
    action: str
    now: datetime
    reason: str | None = None
    previous_close_at: datetime | None = None
    """When bidding was to end before the step moved it; None where it did not."""
