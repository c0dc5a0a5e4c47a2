"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts import terms
from marketplace.accounts.models import TotpFactor, User
from marketplace.accounts.tokens import fingerprint
from marketplace.core.actor import Actor
from marketplace.core.db import UtcDateTime
from marketplace.core.errors import NotFound
from marketplace.tokens.models import ApiAnswer, ApiToken
from marketplace.tokens.policies import visible_to


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that holds, and whose it is."""

    token_id: int
    user_id: int
    public_id: str
    name: str
    organisation_id: int | None
    scopes: frozenset[str]
    last_used_at: datetime | None
    asks_consent: bool
    """The terms they agreed to were replaced; whom the command line made was never asked."""
    has_factor: bool


def get_token(session: Session, actor: Actor, public_id: str) -> ApiToken:
    """One token, oneself's or an operator's to see."""
    token = session.scalar(select(ApiToken).where(ApiToken.public_id == public_id, visible_to(actor)))
    if token is None:
        raise NotFound
    return token


def list_own(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """The tokens of this person that were not revoked, the newest first."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == actor.user_id, visible_to(actor), ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def tokens_as_data(session: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """For a copy of one's own data: every token there is a row of, never the secret."""
    own = session.scalars(select(ApiToken).where(ApiToken.user_id == actor.user_id).order_by(ApiToken.id)).all()
    return [{name: getattr(token, name) for name in _AS_DATA} for token in own]


_AS_DATA = ("name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")


def named(session: Session, user: User, name: str) -> Sequence[ApiToken]:
    """A person's tokens of that name that were not revoked, for the command line."""
    return session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.name == name, ApiToken.revoked_at.is_(None))
    ).all()


def holder_of(session: Session, token: str, *, now: datetime) -> Bearer | None:
    """Whom a token speaks for; None where it is unknown, revoked, expired, or its person was disabled."""
    row = session.execute(_WHOSE_TOKEN, {"token": fingerprint(token), "now": now}).one_or_none()
    if row is None:
        return None
    return Bearer(
        *row[:5], frozenset(row[5]), row[6], asks_consent=row[7] not in (None, terms.VERSION), has_factor=row[8]
    )


_WHOSE_TOKEN = (
    select(
        ApiToken.id,
        User.id,
        User.public_id,
        User.name,
        ApiToken.organisation_id,
        ApiToken.scopes,
        ApiToken.last_used_at,
        User.consent_version,
        exists().where(TotpFactor.user_id == User.id, TotpFactor.confirmed_at.is_not(None)),
    )
    .join(User, User.id == ApiToken.user_id)
    .where(
        ApiToken.token_hash == bindparam("token"),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("now", type_=UtcDateTime)),
        User.disabled_at.is_(None),
        User.erased_at.is_(None),
    )
)


def find_answer(session: Session, token_id: int, key: str) -> ApiAnswer | None:
    return session.scalar(select(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key))
