"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.accounts import limits
from marketplace.accounts.addresses import normalised
from marketplace.accounts.models import Attempt, AttemptKind, LetterKind, LetterToken, User, UserSession
from marketplace.accounts.policies import visible_to
from marketplace.accounts.standing import SignedIn
from marketplace.accounts.tokens import fingerprint
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound


def get_user(session: Session, actor: Actor, public_id: str) -> User:
    """One account, oneself's or an operator's to see."""
    user = session.scalar(select(User).where(User.public_id == public_id, visible_to(actor)))
    if user is None:
        raise NotFound
    return user


def own_account(session: Session, actor: Actor) -> User:
    return get_user(session, actor, actor.public_id)


def find_user(session: Session, email: str) -> User | None:
    """Whose address this is, for sign-in and the command line; nobody's rights are asked here."""
    return session.scalar(select(User).where(User.email == normalised(email)))


def signed_in(session: Session, token: str) -> SignedIn | None:
    """Whose session the token opens; plain columns, because every page asks."""
    row = session.execute(_WHOSE_SESSION, {"token": fingerprint(token)}).one_or_none()
    return SignedIn(*row) if row else None


_WHOSE_SESSION = (
    select(
        UserSession.id,
        User.id,
        User.public_id,
        User.name,
        UserSession.organisation_id,
        UserSession.started_at,
        UserSession.seen_at,
    )
    .join(User, User.id == UserSession.user_id)
    .where(UserSession.token_hash == bindparam("token"), UserSession.ended_at.is_(None), User.disabled_at.is_(None))
)


def live_letter(session: Session, kind: LetterKind, token: str, *, now: datetime) -> tuple[LetterToken, User] | None:
    """The unused, unexpired letter with this token, and its addressee."""
    row = session.execute(
        select(LetterToken, User)
        .join(User, User.id == LetterToken.user_id)
        .where(
            LetterToken.kind == kind,
            LetterToken.token_hash == fingerprint(token),
            LetterToken.used_at.is_(None),
            LetterToken.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def is_locked(session: Session, kind: AttemptKind, *, typed: str, client: str, now: datetime) -> bool:
    """Too many failures in the window, by what was typed or by whoever types. Both are fingerprints."""
    return limits.is_full(
        typed=_failures(session, kind, Attempt.key_hash == typed, since=_last_success(session, kind, typed, now)),
        client=_failures(session, kind, Attempt.address_hash == client, since=limits.window_start(now)),
    )


def _failures(session: Session, kind: AttemptKind, whose: ColumnElement[bool], *, since: datetime) -> int:
    failed = select(func.count()).where(Attempt.kind == kind, whose, Attempt.at > since, Attempt.succeeded.is_(False))
    return session.scalar(failed) or 0


def _last_success(session: Session, kind: AttemptKind, typed: str, now: datetime) -> datetime:
    """Failures before a success count no longer; nor do those outside the window."""
    start = limits.window_start(now)
    latest = select(func.max(Attempt.at)).where(
        Attempt.kind == kind, Attempt.key_hash == typed, Attempt.at > start, Attempt.succeeded.is_(True)
    )
    return session.scalar(latest) or start
