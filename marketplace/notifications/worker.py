"""The worker: takes letters that are due, sends them, notes how it went. At least once, never inside a transaction.

A letter is taken by moving its ``next_at`` ahead of everybody else's reach. Who dies with it only delays it.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.core.transaction import writing
from marketplace.notifications import queries
from marketplace.notifications.channels import Channel, Letter
from marketplace.notifications.kinds import without_secrets
from marketplace.notifications.lifecycle import LIFECYCLE, DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.notifications.words import Render

BATCH_SIZE = 20
LEASE_MINUTES = 15
MAX_ATTEMPTS = 10
MAX_WAIT_MINUTES = 60
MAX_ERROR_CHARACTERS = 500
DIED = "the worker ended while sending"


def drain(engine: Engine, channel: Channel, render: Render, *, now: datetime, batch_size: int = BATCH_SIZE) -> int:
    """Try what is due, one batch at most and not beyond the first failure; the number tried. Call again until it is 0.

    A server that does not answer takes its time to fail, and the worker has other things to do between two tries.
    """
    tried, error = 0, None
    while error is None and tried < batch_size and (delivery := _take(engine, now=now)) is not None:
        error = _try_to_send(delivery, channel, render)
        tried += 1
        with writing(engine) as session:
            _note(session, delivery.id, error, now=now)
    return tried


def wait_after(attempts: int) -> timedelta:
    """1, 2, 4 … 60 minutes."""
    return timedelta(minutes=min(2 ** (attempts - 1), MAX_WAIT_MINUTES))


def _take(engine: Engine, *, now: datetime) -> Delivery | None:
    """The next letter to try; those that were tried often enough are given up on the way."""
    with writing(engine) as session:
        for delivery in queries.due(session, now=now, limit=BATCH_SIZE):
            if delivery.attempts >= MAX_ATTEMPTS:
                _give_up(delivery, delivery.error or DIED)
                continue
            delivery.attempts += 1
            delivery.next_at = now + timedelta(minutes=LEASE_MINUTES)
            return delivery
    return None


def _try_to_send(delivery: Delivery, channel: Channel, render: Render) -> str | None:
    """None when the letter left, else why not. Whatever goes wrong with one letter must not keep back the others."""
    try:
        words = render(delivery.kind, delivery.language, delivery.facts)
        channel.send(
            Letter(
                recipient=delivery.recipient,
                subject=words.subject,
                body=words.body,
                reference=_reference(delivery),
                written_at=delivery.created_at,
            )
        )
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARACTERS]
    return None


def _note(session: Session, delivery_id: int, error: str | None, *, now: datetime) -> None:
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
    if delivery.state is not DeliveryState.QUEUED:
        return
    if error is None:
        delivery.state = LIFECYCLE.target("send", delivery.state)
        delivery.sent_at, delivery.error = now, None
        delivery.facts = without_secrets(delivery.facts)
    elif delivery.attempts >= MAX_ATTEMPTS:
        _give_up(delivery, error)
    else:
        delivery.error, delivery.next_at = error, now + wait_after(delivery.attempts)


def _give_up(delivery: Delivery, error: str) -> None:
    delivery.state = LIFECYCLE.target("give_up", delivery.state)
    delivery.error, delivery.facts = error, without_secrets(delivery.facts)


def _reference(delivery: Delivery) -> str:
    """The same at every try, and nothing that could be counted from outside."""
    return hashlib.sha256(f"{delivery.id}:{delivery.created_at.isoformat()}".encode()).hexdigest()[:24]
