"""Accounts made on the way, by whoever reads a letter that was sent to the address: the letter has proved it."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import passwords, queries
from marketplace.accounts.addresses import normalised
from marketplace.accounts.models import User, UserSession
from marketplace.accounts.services import Registration, add_user, check_registration, keep_consent, subject_of
from marketplace.accounts.services.sessions import Origin, end_sessions, open_session
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict
from marketplace.core.text import _

HAS_ACCOUNT = _("这个邮箱已有账户，请登录后再接受邀请。")


def examine(session: Session, registration: Registration) -> str:
    """The password's hash, reading only. Raises Invalid by field, Conflict where the address has an account."""
    check_registration(registration)
    _must_be_free(queries.find_user(session, registration.email))
    return passwords.hash_of(registration.password)


def join(session: Session, registration: Registration, *, password_hash: str, now: datetime) -> User:
    """An account whose address is verified. One that still waited for its letter is finished by this one.

    Raises Conflict where the address has an account; the caller has made sure that the letter reached it.
    """
    check_registration(registration)
    email = normalised(registration.email)
    user = queries.find_user(session, email) or add_user(session, registration, email, password_hash, now)
    _must_be_free(user)
    if user is None:  # somebody was quicker by an instant
        raise Conflict(HAS_ACCOUNT)
    user.name, user.password_hash, user.email_verified_at = registration.name.strip(), password_hash, now
    end_sessions(session, now, UserSession.user_id == user.id)
    keep_consent(session, user, registration.consent_version, now)
    audit.record(session, actor=_person(user), action="register_by_letter", subject=subject_of(user), now=now)
    return user


def enter(session: Session, user: User, *, origin: Origin | None, previous_token: str, now: datetime) -> str:
    """A session for whoever has just joined; the browser's new token."""
    token = open_session(session, user, origin=origin, awaits_factor=False, previous_token=previous_token, now=now)
    audit.record(session, actor=_person(user), action="sign_in", subject=subject_of(user), now=now)
    return token


def _must_be_free(user: User | None) -> None:
    if user is not None and (user.email_verified_at is not None or user.disabled_at is not None):
        raise Conflict(HAS_ACCOUNT)


def _person(user: User) -> Actor:
    return Actor(user.id, user.public_id)
