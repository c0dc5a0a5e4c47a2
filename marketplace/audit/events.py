"""What others may hear of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.audit.chain import Break
from marketplace.audit.models import DailyHead


@dataclass(frozen=True, slots=True)
class HeadsPublished:
    """Signed just now, by day; never empty."""

    heads: Sequence[DailyHead]
    now: datetime


@dataclass(frozen=True, slots=True)
class LogBroken:
    """The log was looked through before it was to be signed, and does not hold."""

    broken: Break
    now: datetime
