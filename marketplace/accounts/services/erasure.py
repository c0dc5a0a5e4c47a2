"""Leaving: one's data as a file, and the account closed for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts import passwords
from marketplace.accounts.events import AccountErased
from marketplace.accounts.models import (
    AttemptKind,
    LetterToken,
    RecoveryCode,
    SittingCode,
    TotpFactor,
    User,
    UserSession,
)
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services import keys
from marketplace.accounts.services.counting import admit, is_locked
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, Invalid, Locked
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _

ERASED_NAME = _("已注销用户")
"""What every record shows instead of the name from then on."""
NOWHERE = "erased.invalid"
PASSWORD_WRONG = _("密码不对。")


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a password was right when it was compared with ``stored``."""

    stored: str
    is_right: bool


def examine(session: Session, actor: Actor, user: User, *, password: str, client_address: str, now: datetime) -> Proof:
    """Compare the password, reading only: hashing takes its time."""
    authorize(POLICY, "erase", actor, user)
    if is_locked(session, AttemptKind.LOGIN, user.email, client_address, now):
        return Proof(user.password_hash, is_right=False)
    return Proof(user.password_hash, passwords.matches(user.password_hash, password))


def erase(
    session: Session, actor: Actor, user: User, proof: Proof, *, client_address: str, now: datetime
) -> DomainError | None:
    """Close the account: what names the person goes, their key is destroyed, records keep an unnamed author.

    Whoever holds something of theirs hears of it first and may refuse (an organisation without another owner). A wrong
    password is counted as a failed sign-in.
    """
    authorize(POLICY, "erase", actor, user)
    attempt = admit(session, AttemptKind.LOGIN, user.email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    if not proof.is_right or proof.stored != user.password_hash:
        audit.record(session, actor=actor, action="erase_refused", subject=_subject(user), now=now)
        return Invalid({"password": PASSWORD_WRONG})
    attempt.succeeded = True
    publish(session, AccountErased(user.id, user.public_id, user.email, now))
    _forget_ways_in(session, user)
    keys.destroy(session, user, now=now)
    user.email, user.name, user.password_hash = f"{user.public_id}@{NOWHERE}", ERASED_NAME, ""
    user.email_verified_at, user.disabled_at, user.erased_at = None, now, now
    audit.record(session, actor=actor, action="erase", subject=_subject(user), now=now)
    return None


def note_export(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """That somebody took a copy of their own data."""
    authorize(POLICY, "export", actor, user)
    audit.record(session, actor=actor, action="export", subject=_subject(user), now=now)


def _forget_ways_in(session: Session, user: User) -> None:
    own = select(UserSession.id).where(UserSession.user_id == user.id)
    session.execute(delete(SittingCode).where(SittingCode.session_id.in_(own)))
    for table in (UserSession, LetterToken, RecoveryCode, TotpFactor):
        session.execute(delete(table).where(table.user_id == user.id))


def _subject(user: User) -> Subject:
    return Subject("user", user.public_id)
