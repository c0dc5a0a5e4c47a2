"""How an account looks to its person: the list of their sessions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts import limits
from marketplace.accounts.models import UserSession
from marketplace.accounts.tokens import fingerprint

KEY_CHARACTERS = 16
"""As much of a token's fingerprint as names a session in a list."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in words; ``device`` and ``address`` are empty where they were not told or cannot be read any more."""

    key: str
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Those that still open something, and those that ended."""

    live: list[SessionRow]
    ended: list[SessionRow]


def sessions(
    found: Sequence[UserSession], origins: Mapping[str, str], *, token: str, is_staff: bool, now: datetime
) -> Sessions:
    """``origins`` are sealed words and what they say."""
    own = fingerprint(token)
    shown = Sessions([], [])
    for one in found:
        origin = json.loads(origins.get(one.origin or "", "{}"))
        row = SessionRow(
            one.token_hash[:KEY_CHARACTERS],
            origin.get("device", ""),
            origin.get("address", ""),
            one.started_at,
            one.seen_at,
            one.token_hash == own,
        )
        is_over = one.ended_at is not None or limits.has_timed_out(
            started_at=one.started_at, seen_at=one.seen_at, is_staff=is_staff, now=now
        )
        (shown.ended if is_over else shown.live).append(row)
    return shown


def is_session_key(typed: str) -> bool:
    return len(typed) == KEY_CHARACTERS and set(typed) <= set("0123456789abcdef")
