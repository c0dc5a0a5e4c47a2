"""Limits (pure): how often the API may be asked, how long tokens live and answers are kept.

Counted in the memory of each process: a site of two web processes lets through up to twice as much.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW_SECONDS = 60
PER_TOKEN = 600
PER_ADDRESS = 120
"""Requests in a window: of one token, and of one address without a token that holds."""

LONGEST_DAYS = 365
DEFAULT_DAYS = 90
SEEN_EVERY_SECONDS = 60

ANSWERS_KEPT_HOURS = 24
ABANDONED_AFTER_SECONDS = 60
"""A request that has had no answer for so long is taken for dead: its process was ended."""
MAX_KEY_CHARACTERS = 255
MAX_ANSWER_CHARACTERS = 256 * 1024


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute. Data of the application: tests and operators give others."""

    per_token: int = PER_TOKEN
    per_address: int = PER_ADDRESS


class Windows:
    """Counts in fixed windows of a minute, by whoever asks; what is over is forgotten, so memory stays flat."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def take(self, who: str, most: int, *, now: datetime) -> int | None:
        """Count one request; seconds to wait where there were too many, else None."""
        window, passed = divmod(int(now.timestamp()), WINDOW_SECONDS)
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            self._counts[who] = self._counts.get(who, 0) + 1
            return WINDOW_SECONDS - passed if self._counts[who] > most else None


def is_worth_noting(*, seen_at: datetime | None, now: datetime) -> bool:
    """``last_used_at`` is written at most this often, so that reading seldom writes."""
    return seen_at is None or now - seen_at >= timedelta(seconds=SEEN_EVERY_SECONDS)


def is_abandoned(*, started_at: datetime, now: datetime) -> bool:
    return now - started_at >= timedelta(seconds=ABANDONED_AFTER_SECONDS)
