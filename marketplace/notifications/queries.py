"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.core.actor import WRITING_ROLES, Actor
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.organisations.models import Membership

Recipient = tuple[str, str]
"""Address and language."""


def recipients(session: Session, user_ids: Collection[int]) -> Sequence[Recipient]:
    """Those of the people whom letters reach: verified address, account not disabled."""
    return _reachable(session, User.id.in_(user_ids))


def recipients_of(session: Session, organisation_id: int) -> Sequence[Recipient]:
    """The members who write for an organisation."""
    members = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.role.in_(WRITING_ROLES)
    )
    return _reachable(session, User.id.in_(members))


def due(session: Session, *, now: datetime, limit: int) -> Sequence[Delivery]:
    """The letters whose time has come, the longest waiting first; locked, past those another worker holds."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.next_at <= now)
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def letters_as_data(session: Session, actor: Actor) -> list[dict[str, object]]:
    """The letters to the person's own address, for their copy of their data: what about and when, without secrets."""
    own = select(User.email).where(User.id == actor.user_id).scalar_subquery()
    rows = session.execute(
        select(Delivery.kind, Delivery.state, Delivery.created_at, Delivery.sent_at)
        .where(Delivery.recipient == own)
        .order_by(Delivery.id)
    )
    return [{"kind": kind, "state": str(state), "created_at": at, "sent_at": sent} for kind, state, at, sent in rows]


def _reachable(session: Session, who: ColumnElement[bool]) -> Sequence[Recipient]:
    rows = session.execute(
        select(User.email, User.language)
        .where(who, User.email_verified_at.is_not(None), User.disabled_at.is_(None))
        .order_by(User.id)
    )
    return [(email, language) for email, language in rows]
