"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import StaffGrant, User
from marketplace.core.actor import WRITING_ROLES, Actor, Role
from marketplace.core.errors import NotFound
from marketplace.core.news import ChannelName
from marketplace.core.paging import Page, paginate
from marketplace.core.permissions import authorize
from marketplace.notifications.lifecycle import WAITING_STATES, DeliveryState
from marketplace.notifications.models import Choice, Delivery, Digest, Notification
from marketplace.notifications.policies import POLICY, visible_to
from marketplace.organisations.models import Membership

Recipient = tuple[str, str]
"""Address and language."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be told; ``email`` empty where letters do not reach."""

    id: int
    email: str
    language: str

    def address(self, channel: ChannelName) -> str:
        """Where a channel reaches this person; empty where it does not."""
        return self.email if channel is ChannelName.MAIL else ""


@dataclass(frozen=True, slots=True)
class Failing:
    """Deliveries that did not arrive: given up, and still being tried."""

    given_up: int
    again: int


def people(session: Session, user_ids: Collection[int]) -> Sequence[Person]:
    """Those of the people who are not disabled."""
    return _people(session, User.id.in_(user_ids))


def person_of(session: Session, actor: Actor) -> Person:
    """Whoever is looking, and where they can be reached."""
    (found,) = people(session, [actor.user_id] if actor.user_id else [])
    return found


def writers_of(session: Session, organisation_id: int) -> Sequence[Person]:
    """The members who write for an organisation."""
    members = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.role.in_(WRITING_ROLES)
    )
    return _people(session, User.id.in_(members))


def staff(session: Session, role: Role, *, area: str = "") -> Sequence[Person]:
    """Those who hold a staff role; area officers of one area only."""
    holders = select(StaffGrant.user_id).where(StaffGrant.role == role, StaffGrant.area == area)
    return _people(session, User.id.in_(holders))


def list_inbox(
    session: Session, actor: Actor, *, unread_only: bool = False, topic: str | None = None, page: int = 1
) -> Page[Notification]:
    """A person's own messages, the latest first."""
    statement = select(Notification).where(visible_to(actor)).order_by(Notification.id.desc())
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    if topic is not None:
        statement = statement.where(Notification.kind.startswith(f"{topic}.", autoescape=True))
    return paginate(session, statement, page=page)


def get_message(session: Session, actor: Actor, public_id: str) -> Notification:
    """One of a person's own messages; NotFound for anybody else's."""
    found = session.scalar(select(Notification).where(Notification.public_id == public_id, visible_to(actor)))
    if found is None:
        raise NotFound
    return found


def choices_of(session: Session, actor: Actor) -> Sequence[Choice]:
    return session.scalars(select(Choice).where(Choice.user_id == actor.user_id)).all()


def digest_of(session: Session, actor: Actor) -> Digest | None:
    return session.get(Digest, actor.user_id)


def due_digests(session: Session, *, now: datetime, limit: int) -> Sequence[Digest]:
    """Those whose hour has come; locked, past those another worker holds."""
    return session.scalars(
        select(Digest)
        .where(Digest.next_at <= now)
        .order_by(Digest.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def unread_since(session: Session, user_id: int, *, since: datetime, limit: int) -> list[Notification]:
    """A person's unread messages from after a moment, the latest first."""
    latest = select(Notification).where(*_unread_since(user_id, since)).order_by(Notification.id.desc()).limit(limit)
    return list(session.scalars(latest))


def count_unread_since(session: Session, user_id: int, *, since: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Notification).where(*_unread_since(user_id, since))) or 0


def choices_about(session: Session, user_ids: Collection[int], kind: str) -> Mapping[tuple[int, ChannelName], bool]:
    """What these people chose about one kind, by person and channel."""
    rows = session.execute(
        select(Choice.user_id, Choice.channel, Choice.is_on).where(Choice.user_id.in_(user_ids), Choice.kind == kind)
    )
    return {(user_id, channel): is_on for user_id, channel, is_on in rows}


def due(session: Session, channel: ChannelName, *, now: datetime, limit: int) -> Sequence[Delivery]:
    """What is due by one channel, the longest waiting first; locked, past those another worker holds."""
    # Not IN, which SQLAlchemy spells out anew each time the statement is run.
    waiting = or_(*(Delivery.state == state for state in WAITING_STATES))
    return session.scalars(
        select(Delivery)
        .where(Delivery.channel == channel, waiting, Delivery.next_at <= now)
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


def messages_as_data(session: Session, actor: Actor) -> list[dict[str, object]]:
    """The person's inbox, for their copy of their data: what about and when, of what others may have hidden since."""
    rows = session.execute(
        select(
            Notification.kind,
            Notification.subject_kind,
            Notification.subject_id,
            Notification.created_at,
            Notification.read_at,
        )
        .where(visible_to(actor))
        .order_by(Notification.id)
    )
    return [
        {"kind": kind, "subject": f"{of}:{id}", "created_at": at, "read_at": read} for kind, of, id, at, read in rows
    ]


def deliveries(
    session: Session,
    actor: Actor,
    *,
    state: DeliveryState | None = None,
    channel: ChannelName | None = None,
    address: str | None = None,
    page: int = 1,
) -> Page[Delivery]:
    """Everybody's deliveries, newest first, for administrators; raises NotAllowed for others."""
    authorize(POLICY, "see_deliveries", actor, None)
    statement = select(Delivery).order_by(Delivery.id.desc())
    if address is not None:
        statement = statement.where(Delivery.recipient == address)
    if state is not None:
        statement = statement.where(Delivery.state == state)
    if channel is not None:
        statement = statement.where(Delivery.channel == channel)
    return paginate(session, statement, page=page)


def dead_by_kind(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many were given up of each kind, for administrators; raises NotAllowed for others."""
    authorize(POLICY, "see_deliveries", actor, None)
    rows = session.execute(
        select(Delivery.kind, func.count())
        .where(Delivery.state == DeliveryState.GIVEN_UP)
        .group_by(Delivery.kind)
        .order_by(Delivery.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416  (rows are no pairs to the type checker)


def dead_of_kind(session: Session, kind: str, *, limit: int) -> Sequence[Delivery]:
    """Those of a kind that were given up, the oldest first, locked until the commit."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.state == DeliveryState.GIVEN_UP, Delivery.kind == kind)
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def count_failing(session: Session) -> Failing:
    """How much was given up, and how much is being tried again; nobody's rights are asked here."""
    counts = dict.fromkeys((DeliveryState.GIVEN_UP, DeliveryState.FAILED), 0)
    for (_channel, state), count in count_by_state(session).items():
        if state in counts:
            counts[state] += count
    return Failing(counts[DeliveryState.GIVEN_UP], counts[DeliveryState.FAILED])


def get_delivery(session: Session, actor: Actor, public_id: str) -> Delivery:
    """One delivery, locked until the commit; NotAllowed for others than administrators, NotFound where none is."""
    authorize(POLICY, "see_deliveries", actor, None)
    found = session.scalar(select(Delivery).where(Delivery.public_id == public_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def count_by_state(session: Session) -> Mapping[tuple[ChannelName, DeliveryState], int]:
    """How many deliveries stand where, for figures of operation; nobody's rights are asked here."""
    rows = session.execute(
        select(Delivery.channel, Delivery.state, func.count()).group_by(Delivery.channel, Delivery.state)
    )
    return {(channel, state): count for channel, state, count in rows}


def _people(session: Session, who: ColumnElement[bool]) -> Sequence[Person]:
    rows = session.execute(
        select(User.id, User.email, User.language, User.email_verified_at.is_not(None))
        .where(and_(who, User.disabled_at.is_(None)))
        .order_by(User.id)
    )
    return [Person(id, email if is_verified else "", language) for id, email, language, is_verified in rows]


def _unread_since(user_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return Notification.user_id == user_id, Notification.read_at.is_(None), Notification.created_at > since


MOST_COUNTED = 99
COUNT_UNREAD = select(func.count()).select_from(
    select(1)
    .select_from(Notification)
    .where(Notification.user_id == bindparam("user_id"), Notification.read_at.is_(None))
    .limit(MOST_COUNTED + 1)
    .subquery()
)
"""How many messages a person has not read, as far as anybody counts."""
