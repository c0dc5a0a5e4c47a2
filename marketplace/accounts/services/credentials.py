"""Passwords that change: by their owner, or by whoever reads the letter.

Hashing takes its time, so each comes in two steps: examined while nothing is written, then written.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import passwords, queries
from marketplace.accounts.addresses import normalised
from marketplace.accounts.models import AttemptKind, LetterKind, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.counting import admit, is_locked, unlock
from marketplace.accounts.services.letters import live_letter, send_letter, use_letters
from marketplace.accounts.services.sessions import end_sessions
from marketplace.accounts.tokens import fingerprint
from marketplace.audit import services as audit
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.errors import Conflict, DomainError, Invalid, Locked
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _

NOBODY = "unknown"
OLD_PASSWORD_WRONG = _("现在的密码不对。")


@dataclass(frozen=True, slots=True)
class Change:
    """A wish to change a password, compared with ``stored``; ``new_hash`` only where the old one was right."""

    stored: str
    new_hash: str = ""


def examine_change(
    session: Session, actor: Actor, user: User, *, old: str, new: str, client_address: str, now: datetime
) -> Change:
    """Compare the old password and hash the new one, reading only. Raises Invalid where the new one is weak."""
    authorize(POLICY, "change_password", actor, user)
    _check_password(new, user, field="new_password")
    if is_locked(session, AttemptKind.LOGIN, user.email, client_address, now):
        return Change(user.password_hash)
    is_right = passwords.matches(user.password_hash, old)
    return Change(user.password_hash, passwords.hash_of(new) if is_right else "")


def change_password(
    session: Session, actor: Actor, user: User, change: Change, *, token: str, client_address: str, now: datetime
) -> DomainError | None:
    """Change one's password and end every other session. A wrong old password is counted as a failed sign-in."""
    authorize(POLICY, "change_password", actor, user)
    attempt = admit(session, AttemptKind.LOGIN, user.email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    if not change.new_hash:
        _note(session, actor, "change_password_refused", user, now)
        return Invalid({"old_password": OLD_PASSWORD_WRONG})
    if change.stored != user.password_hash:
        raise Conflict
    attempt.succeeded = True
    user.password_hash = change.new_hash
    end_sessions(session, now, UserSession.user_id == user.id, UserSession.token_hash != fingerprint(token))
    _note(session, actor, "change_password", user, now)
    return None


def request_reset(session: Session, email: str, *, client_address: str, now: datetime) -> Locked | None:
    """Send a letter that lets its reader choose a password, if the address has an account."""
    email = normalised(email)
    attempt = admit(session, AttemptKind.RESET, email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    user = queries.find_user(session, email)
    if user is not None and user.disabled_at is None:
        send_letter(session, user, LetterKind.RESET_PASSWORD, "account.reset_password", now)
    subject = Subject("user", user.public_id if user else NOBODY)
    audit.record(session, actor=ANONYMOUS, action="request_reset", subject=subject, now=now)
    return None


def examine_reset(session: Session, token: str, *, password: str, now: datetime) -> str:
    """The new password's hash, reading only. Raises Conflict for a dead letter, Invalid for a weak password."""
    _letter, user = live_letter(session, LetterKind.RESET_PASSWORD, token, now)
    _check_password(password, user, field="password")
    return passwords.hash_of(password)


def reset_password(session: Session, token: str, *, password_hash: str, now: datetime) -> User:
    """Set a new password by letter and end every session; who reads the letter has the address, so it is verified."""
    letter, user = live_letter(session, LetterKind.RESET_PASSWORD, token, now)
    user.password_hash = password_hash
    user.email_verified_at = user.email_verified_at or now
    use_letters(session, letter, now)
    end_sessions(session, now, UserSession.user_id == user.id)
    unlock(session, AttemptKind.LOGIN, user.email, now)
    _note(session, Actor(user.id, user.public_id), "reset_password", user, now)
    return user


def _check_password(password: str, user: User, *, field: str) -> None:
    if weakness := passwords.weakness(password, email=user.email, name=user.name):
        raise Invalid({field: weakness})


def _note(session: Session, actor: Actor, action: str, user: User, now: datetime) -> None:
    audit.record(session, actor=actor, action=action, subject=Subject("user", user.public_id), now=now)
