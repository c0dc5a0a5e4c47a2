from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core.transaction import reading, writing
from marketplace.notifications import services, worker
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.notifications.words import Words
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


class Mailbox:
    """A channel that keeps what it was given, or breaks as often as it is told to."""

    def __init__(self, faults=0):
        self.letters, self.faults = [], faults

    def send(self, letter):
        if self.faults:
            self.faults -= 1
            raise ConnectionError("no route to the server")
        self.letters.append(letter)


def render(kind, language, facts):
    return Words(f"{kind} {language}", facts["token"])


@pytest.fixture
def delivery(engine):
    with writing(engine) as session:
        facts = {"token": "SECRET", "hours": "2"}
        return services.queue(session, ("li@example.com", "zh"), kind="account.reset_password", facts=facts, now=NOON)


def stored(engine):
    with reading(engine) as session:
        return session.scalars(select(Delivery)).one()


def test_a_due_letter_is_sent_once_and_its_secret_forgotten(engine, delivery):
    mailbox = Mailbox()
    assert [worker.drain(engine, mailbox, render, now=NOON) for _ in range(2)] == [1, 0]

    (letter,) = mailbox.letters
    assert (letter.recipient, letter.subject, letter.body) == ("li@example.com", "account.reset_password zh", "SECRET")
    kept = stored(engine)
    assert (kept.state, kept.sent_at, kept.facts) == (DeliveryState.SENT, NOON, {"token": "", "hours": "2"})


def test_a_letter_waits_for_its_moment(engine, delivery):
    assert worker.drain(engine, Mailbox(), render, now=NOON - MINUTE) == 0


def test_what_fails_is_tried_again_after_longer_and_longer_pauses(engine, delivery):
    mailbox, now, pauses = Mailbox(faults=9), NOON, []
    while stored(engine).state is DeliveryState.QUEUED:
        worker.drain(engine, mailbox, render, now=now)
        pauses.append((stored(engine).next_at - now) // MINUTE)
        now = stored(engine).next_at
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(mailbox.letters) == 1
    assert stored(engine).state is DeliveryState.SENT


def test_after_ten_tries_it_is_given_up_with_the_reason(engine, delivery):
    mailbox, now = Mailbox(faults=99), NOON
    for _ in range(12):
        worker.drain(engine, mailbox, render, now=now)
        now += 2 * timedelta(hours=1)
    kept = stored(engine)
    assert (kept.state, kept.attempts) == (DeliveryState.FAILED, 10)
    assert kept.error == "ConnectionError: no route to the server"
    assert kept.facts["token"] == ""


def test_words_that_cannot_be_made_do_not_keep_back_the_others(engine, delivery):
    with writing(engine) as session:
        services.queue(session, ("wang@example.com", "zh"), kind="account.already_registered", facts={}, now=NOON)
    mailbox = Mailbox()

    worker.drain(engine, mailbox, render, now=NOON)

    assert [letter.recipient for letter in mailbox.letters] == ["li@example.com"]


def test_a_server_that_fails_is_not_asked_again_before_the_worker_did_its_other_work(engine, delivery):
    with writing(engine) as session:
        for name in ("wang", "zhao"):
            facts = {"token": "SECRET", "hours": "2"}
            recipient = (f"{name}@example.com", "zh")
            services.queue(session, recipient, kind="account.reset_password", facts=facts, now=NOON)
    mailbox = Mailbox(faults=1)

    assert [worker.drain(engine, mailbox, render, now=NOON) for _ in range(3)] == [1, 2, 0]
    assert [letter.recipient for letter in mailbox.letters] == ["wang@example.com", "zhao@example.com"]


def test_a_worker_that_dies_with_a_letter_only_delays_it(engine, delivery):
    class Killed(BaseException):
        pass

    class Deadly:
        def send(self, letter):
            raise Killed

    with pytest.raises(Killed):
        worker.drain(engine, Deadly(), render, now=NOON)

    mailbox = Mailbox()
    assert worker.drain(engine, mailbox, render, now=NOON + 14 * MINUTE) == 0
    assert worker.drain(engine, mailbox, render, now=NOON + 15 * MINUTE) == 1
    assert [letter.recipient for letter in mailbox.letters] == ["li@example.com"]


def test_the_second_copy_of_a_letter_is_known_for_one(engine, delivery):
    mailbox = Mailbox()
    worker.drain(engine, mailbox, render, now=NOON)
    with writing(engine) as session:
        kept = session.get_one(Delivery, delivery.id)
        kept.state, kept.sent_at, kept.next_at = DeliveryState.QUEUED, None, NOON
    worker.drain(engine, mailbox, render, now=NOON)
    first, second = mailbox.letters
    assert first.reference == second.reference
