"""Counting tries, so that nobody guesses for long; in the database, where every web process sees the same count."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts import limits, queries
from marketplace.accounts.models import Attempt, AttemptKind
from marketplace.accounts.tokens import fingerprint
from marketplace.core.errors import Locked
from marketplace.core.text import counted, say

TOO_MANY = counted("尝试次数过多，请 %(count)d 分钟后再试。")


def admit(session: Session, kind: AttemptKind, typed: str, client_address: str, now: datetime) -> Attempt | Locked:
    """Count this try, as a failure until it proves otherwise; where there were too many it is not looked at."""
    key, client = counted_as(typed, client_address)
    if session.get_bind().dialect.name == "postgresql":
        # Tries at one address take turns, or as many as run at once would each see the count before the others.
        session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
    if queries.is_locked(session, kind, typed=key, client=client, now=now):
        return locked()
    attempt = Attempt(kind=kind, key_hash=key, address_hash=client, at=now, succeeded=False)
    session.add(attempt)
    return attempt


def is_locked(session: Session, kind: AttemptKind, typed: str, client_address: str, now: datetime) -> bool:
    """Whether a try would be looked at, asked without counting it."""
    key, client = counted_as(typed, client_address)
    return queries.is_locked(session, kind, typed=key, client=client, now=now)


def unlock(session: Session, kind: AttemptKind, typed: str, now: datetime) -> None:
    """Failures before this moment count no longer."""
    key, nowhere = counted_as(typed, "")
    session.add(Attempt(kind=kind, key_hash=key, address_hash=nowhere, at=now, succeeded=True))


def forget_attempts(session: Session, *, now: datetime) -> None:
    """Drop counts that no window reaches any more. For the worker, now and then."""
    session.execute(delete(Attempt).where(Attempt.at < now - timedelta(hours=limits.ATTEMPTS_KEPT_HOURS)))


def counted_as(typed: str, client_address: str) -> tuple[str, str]:
    return fingerprint(typed), fingerprint(limits.client_of(client_address))


def locked() -> Locked:
    return Locked(say(TOO_MANY, count=limits.WINDOW_MINUTES))
