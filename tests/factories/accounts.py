"""People to test with."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import passwords, terms
from marketplace.accounts.models import StaffGrant, User, UserSession
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.core.actor import Actor, Grant, Role
from tests.conftest import NOON

PASSWORD = "Jiading-2026"
PASSWORD_HASH = passwords.hash_of(PASSWORD)
numbers = count(1)


def a_user(session: Session, **overrides: Any) -> User:
    """A person with a verified address, whose password is ``PASSWORD``."""
    number = next(numbers)
    facts = {
        "email": f"person{number}@example.com",
        "name": f"人员{number}",
        "password_hash": PASSWORD_HASH,
        "language": "zh",
        "consent_version": terms.VERSION,
        "created_at": NOON,
        "email_verified_at": NOON,
    }
    user = User(**facts | overrides)
    session.add(user)
    session.flush()
    return user


def a_staff_grant(session: Session, user: User, role: Role, *, area: str = "") -> StaffGrant:
    grant = StaffGrant(user_id=user.id, role=role, area=area, granted_at=NOON)
    session.add(grant)
    session.flush()
    return grant


def a_session(session: Session, user: User, *, now: datetime = NOON, **overrides: Any) -> str:
    """The token of a browser that is signed in since ``now``."""
    token = new_token()
    facts = {"token_hash": fingerprint(token), "user_id": user.id, "started_at": now, "seen_at": now}
    session.add(UserSession(**facts | overrides))
    session.flush()
    return token


def acting(user: User, *grants: Grant) -> Actor:
    """The person as an actor with these grants."""
    return Actor(user.id, user.public_id, frozenset(grants))
