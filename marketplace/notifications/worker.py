"""The worker: takes what is due, sends it, notes how it went. At least once, never inside a transaction.

A delivery is taken by moving its ``next_at`` ahead of everybody else's reach. Who dies with it only delays it; where
the other side had taken it already it comes a second time, under the same reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import Session

from marketplace.core.news import ChannelName, without_secrets
from marketplace.core.transaction import writing
from marketplace.notifications import queries, retention
from marketplace.notifications.channels import Channel, Letter, NotTaken, Refused
from marketplace.notifications.lifecycle import LIFECYCLE, DeliveryState
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.words import Render

BATCH_SIZE = 20
LEASE_MINUTES = 15
MAX_ATTEMPTS = 16
MAX_WAIT_MINUTES = 480
"""Together nearly three days: a server that is mended after a weekend still gets its letters."""
DIED = "the worker ended while sending"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a letter did not leave, in words without secrets."""

    words: str
    is_final: bool = False


def drain(
    engine: Engine,
    channels: Mapping[ChannelName, Channel],
    render: Render,
    *,
    now: datetime,
    batch_size: int = BATCH_SIZE,
) -> int:
    """Try what is due, one batch at most of each channel and not beyond its first failure; the number tried.

    Call again until it is 0. A server that does not answer takes its time to fail, and the worker has other things to
    do between two tries; one that refuses a letter is asked for the next one.
    """
    return sum(_drain(engine, name, channels[name], render, now=now, batch_size=batch_size) for name in channels)


def prune(session: Session, *, now: datetime) -> int:
    """Drop what was kept long enough, some rows at a time; how many. For the worker, now and then."""
    old = (
        (Notification, Notification.created_at < now - retention.ALL_MESSAGES),
        (Notification, (Notification.created_at < now - retention.READ_MESSAGES) & Notification.read_at.is_not(None)),
        (Delivery, _stood_for(DeliveryState.SENT, now - retention.SENT_DELIVERIES)),
        (Delivery, _stood_for(DeliveryState.GIVEN_UP, now - retention.GIVEN_UP_DELIVERIES)),
    )
    dropped = 0
    for table, is_old in old:
        ids = session.scalars(select(table.id).where(is_old).limit(retention.AT_ONCE)).all()
        if ids:
            session.execute(delete(table).where(table.id.in_(ids)))
        dropped += len(ids)
    return dropped


def wait_after(attempts: int) -> timedelta:
    """1, 2, 4 … 480 minutes."""
    return timedelta(minutes=min(2 ** (attempts - 1), MAX_WAIT_MINUTES))


def _drain(
    engine: Engine, name: ChannelName, channel: Channel, render: Render, *, now: datetime, batch_size: int
) -> int:
    tried, fault = 0, None
    while (
        (fault is None or fault.is_final)
        and tried < batch_size
        and (delivery := _take(engine, name, now=now)) is not None
    ):
        fault = _try_to_send(delivery, channel, render)
        tried += 1
        with writing(engine) as session:
            _note(session, delivery.id, fault, now=now)
    return tried


def _take(engine: Engine, channel: ChannelName, *, now: datetime) -> Delivery | None:
    """The next one to try; those that were tried often enough are given up on the way."""
    with writing(engine) as session:
        for delivery in queries.due(session, channel, now=now, limit=BATCH_SIZE):
            if delivery.attempts >= MAX_ATTEMPTS:
                _give_up(delivery, delivery.error or DIED)
                continue
            delivery.state = LIFECYCLE.target("take", delivery.state)
            delivery.attempts += 1
            delivery.next_at = now + timedelta(minutes=LEASE_MINUTES)
            return delivery
    return None


def _try_to_send(delivery: Delivery, channel: Channel, render: Render) -> Fault | None:
    """None when it left, else why not. Whatever goes wrong with one must not keep back the others."""
    try:
        words = render(delivery.kind, delivery.language, delivery.facts)
    except Exception as error:  # its text may hold facts
        return Fault(f"the words cannot be made: {type(error).__name__}", is_final=True)
    try:
        channel.send(Letter(delivery.recipient, words, delivery.public_id, delivery.created_at, delivery.language))
    except Refused as error:
        return Fault(str(error), is_final=True)
    except NotTaken as error:
        return Fault(str(error))
    except Exception as error:  # not in words of ours: it may hold an address or a key
        return Fault(type(error).__name__)
    return None


def _note(session: Session, delivery_id: int, fault: Fault | None, *, now: datetime) -> None:
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
    if delivery.state is not DeliveryState.SENDING:
        return
    if fault is None:
        delivery.state = LIFECYCLE.target("send", delivery.state)
        delivery.sent_at, delivery.error = now, None
        delivery.facts = without_secrets(delivery.facts)
    elif fault.is_final or delivery.attempts >= MAX_ATTEMPTS:
        _give_up(delivery, fault.words)
    else:
        delivery.state = LIFECYCLE.target("fail", delivery.state)
        delivery.error, delivery.next_at = fault.words, now + wait_after(delivery.attempts)


def _give_up(delivery: Delivery, error: str) -> None:
    delivery.state = LIFECYCLE.target("give_up", delivery.state)
    delivery.error, delivery.facts = error, without_secrets(delivery.facts)


def _stood_for(state: DeliveryState, before: datetime) -> ColumnElement[bool]:
    return (Delivery.state == state) & (Delivery.created_at < before)
