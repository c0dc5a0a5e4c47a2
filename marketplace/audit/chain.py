"""The hash chain of the log (pure).

entry hash = SHA-256 of (previous hash, number, time, actor, action, subject, detail hash), as canonical JSON;
detail hash = SHA-256 of (salt, detail). The detail and its salt lie beside the entry and may be withheld or erased
without breaking the chain. Deleting the tail, or rewriting everything, shows against a head published earlier.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.core.text import Message, _, say

GENESIS = "0" * 64
MISSING = _("缺了第 %(missing)d 条，后面是第 %(found)d 条。")
UNLINKED = _("与前一条连不上。")
CHANGED = _("这一条写下之后被改过。")
HEAD_LOST = _("公布过的哈希不在这份日志里：末尾被删，或者整个被改写过。")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the log as the chain sees it; hashes are 64 hexadecimal digits."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail_hash: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not hold, and why."""

    number: int
    reason: Message


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces: the same bytes for the same value everywhere."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of_detail(salt: str, detail: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([salt, dict(detail)])).hexdigest()


def hash_of_entry(
    *, number: int, at: datetime, actor: str, action: str, subject: str, detail_hash: str, previous_hash: str
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical([previous_hash, number, moment, actor, action, subject, detail_hash])).hexdigest()


def first_break(
    links: Iterable[Link], *, head: str | None = None, after: tuple[int, str] = (0, GENESIS)
) -> Break | None:
    """Walk the log from its first entry; None when it holds and contains ``head`` (an earlier published hash).

    ``after``: number and hash of an entry that is known to hold, where only what follows it is walked.
    """
    last, previous = after
    seen_head = head in (None, previous)
    for link in links:
        if link.number != last + 1:
            return Break(last + 1, say(MISSING, missing=last + 1, found=link.number))
        if link.previous_hash != previous:
            return Break(link.number, say(UNLINKED))
        if link.hash != _recomputed(link):
            return Break(link.number, say(CHANGED))
        previous, last = link.hash, link.number
        seen_head = seen_head or link.hash == head
    return None if seen_head else Break(last, say(HEAD_LOST))


def _recomputed(link: Link) -> str:
    return hash_of_entry(
        number=link.number,
        at=link.at,
        actor=link.actor,
        action=link.action,
        subject=link.subject,
        detail_hash=link.detail_hash,
        previous_hash=link.previous_hash,
    )
