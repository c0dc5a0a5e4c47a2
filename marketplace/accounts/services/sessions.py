"""Sessions: a browser's way in, from the password to the end."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts import limits, terms
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import SittingCode, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.keys import keep
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject

LONGEST_FACT = 80


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence somebody signs in, as they will see it in their list of sessions; kept under their own key."""

    keyring: KeyRing
    device: str
    address: str


def open_session(
    session: Session, user: User, *, origin: Origin | None, awaits_factor: bool, previous_token: str, now: datetime
) -> str:
    """A session with a token of its own; the one that this browser had before ends."""
    end_sessions(session, now, UserSession.token_hash == fingerprint(previous_token))
    token = new_token()
    session.add(
        UserSession(
            token_hash=fingerprint(token),
            user_id=user.id,
            awaits_factor=awaits_factor,
            asks_consent=user.consent_version != terms.VERSION,
            origin=_kept(session, user, origin, now),
            started_at=now,
            seen_at=now,
        )
    )
    return token


def end_session(session: Session, actor: Actor, user: User, *, key: str, now: datetime) -> bool:
    """End one of one's own sessions; ``key`` is how the list names it. False where no open one has that name."""
    authorize(POLICY, "end_sessions", actor, user)
    ended = end_sessions(session, now, UserSession.user_id == user.id, UserSession.token_hash.startswith(key))
    if ended:
        _note(session, actor, "end_session", now)
    return bool(ended)


def end_everywhere(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """End every session of one's own, this one included."""
    authorize(POLICY, "end_sessions", actor, user)
    end_sessions(session, now, UserSession.user_id == user.id)
    _note(session, actor, "sign_out_everywhere", now)


def end_sessions(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    ended = session.execute(
        update(UserSession).where(UserSession.ended_at.is_(None), *which).values(ended_at=now).returning(UserSession.id)
    )
    return len(ended.all())


def forget_sessions(session: Session, *, now: datetime) -> None:
    """Drop sessions that ended, or can open nothing any more, a month ago. For the worker, now and then."""
    kept_since = now - timedelta(days=limits.SESSIONS_KEPT_DAYS)
    timed_out = kept_since - timedelta(hours=limits.ABSOLUTE_HOURS)
    is_old = or_(UserSession.ended_at < kept_since, UserSession.started_at < timed_out)
    session.execute(delete(SittingCode).where(SittingCode.session_id.in_(select(UserSession.id).where(is_old))))
    session.execute(delete(UserSession).where(is_old))


def _kept(session: Session, user: User, origin: Origin | None, now: datetime) -> str | None:
    if origin is None:
        return None
    facts = {"device": origin.device[:LONGEST_FACT], "address": origin.address[:LONGEST_FACT]}
    return keep(session, origin.keyring, user, json.dumps(facts, ensure_ascii=False), now=now)


def _note(session: Session, actor: Actor, action: str, now: datetime) -> None:
    audit.record(session, actor=actor, action=action, subject=Subject("user", actor.public_id), now=now)
