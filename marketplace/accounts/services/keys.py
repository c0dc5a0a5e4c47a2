"""Words about a person that outlive the account: sealed with that person's key, which an erased account destroys."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import PersonKey, User
from marketplace.core.errors import Conflict
from marketplace.core.text import _

ERASED = _("这个账户已注销，不能再保存个人信息。")


def keep(session: Session, keyring: KeyRing, user: User, words: str, *, now: datetime) -> str:
    """The words sealed for a column of any record; ``queries.words_of`` reads them back while the account lives.

    A person's key is made with their first words. Raises Conflict where the key was destroyed.
    """
    wrapped = _key_of(session, keyring, user, now).wrapped
    if wrapped is None:
        raise Conflict(ERASED)
    return keyring.seal(wrapped, user.public_id, words)


def destroy(session: Session, user: User, *, now: datetime) -> None:
    """Whatever was kept under this person's key is unreadable from now on."""
    key = session.get(PersonKey, user.id, with_for_update=True)
    if key is None:
        session.add(PersonKey(user_id=user.id, wrapped=None, created_at=now, destroyed_at=now))
    elif key.destroyed_at is None:
        key.wrapped, key.destroyed_at = None, now


def _key_of(session: Session, keyring: KeyRing, user: User, now: datetime) -> PersonKey:
    """Of two that make the first key at the same moment, both use that of the quicker."""
    key = session.get(PersonKey, user.id)
    if key is not None:
        return key
    made = PersonKey(user_id=user.id, wrapped=keyring.new_key(user.public_id), created_at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.get_one(PersonKey, user.id)
    return made
