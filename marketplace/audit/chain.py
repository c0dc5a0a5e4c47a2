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

GENESIS = "0" * 64


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
    reason: str


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


def first_break(links: Iterable[Link], *, head: str | None = None) -> Break | None:
    """Walk the log from its first entry; None when it holds and contains ``head`` (an earlier published hash)."""
    previous, expected, seen_head = GENESIS, 1, head in (None, GENESIS)
    for link in links:
        if link.number != expected:
            return Break(expected, f"entry {expected} is missing, {link.number} follows")
        if link.previous_hash != previous:
            return Break(link.number, "the link to the entry before does not fit")
        if link.hash != _recomputed(link):
            return Break(link.number, "the entry was changed after it was written")
        previous, expected = link.hash, expected + 1
        seen_head = seen_head or link.hash == head
    return (
        None
        if seen_head
        else Break(expected - 1, "the published head is not in this log: its tail was cut or rewritten")
    )


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
