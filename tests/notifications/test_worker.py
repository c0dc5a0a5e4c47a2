from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core.news import ChannelName
from marketplace.core.transaction import reading, writing
from marketplace.notifications import services, worker
from marketplace.notifications.channels import NotTaken, Refused
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.notifications.words import Words
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)
MAIL, SMS = ChannelName.MAIL, ChannelName.SMS
HUNG_UP = NotTaken("the mail server hung up")


class Mailbox:
    """A channel that keeps what it was given, or breaks as often as it is told to."""

    def __init__(self, faults=0, fault=HUNG_UP):
        self.letters, self.faults, self.fault = [], faults, fault

    def send(self, letter):
        if self.faults:
            self.faults -= 1
            raise self.fault
        self.letters.append(letter)


def render(kind, language, facts):
    return Words(f"{kind} {language}", facts["token"])


def drain(engine, mailbox, *, now, **more):
    return worker.drain(engine, {MAIL: mailbox}, render, now=now, **more)


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
    assert [drain(engine, mailbox, now=NOON) for _ in range(2)] == [1, 0]

    (letter,) = mailbox.letters
    assert (letter.recipient, letter.words.subject, letter.words.body) == (
        "li@example.com",
        "account.reset_password zh",
        "SECRET",
    )
    kept = stored(engine)
    assert (kept.state, kept.sent_at, kept.facts) == (DeliveryState.SENT, NOON, {"token": "", "hours": "2"})


def test_a_letter_waits_for_its_moment(engine, delivery):
    assert drain(engine, Mailbox(), now=NOON - MINUTE) == 0


def test_what_fails_is_tried_again_after_longer_and_longer_pauses(engine, delivery):
    mailbox, now, pauses = Mailbox(faults=11), NOON, []
    while stored(engine).state is not DeliveryState.SENT:
        drain(engine, mailbox, now=now)
        if stored(engine).state is DeliveryState.FAILED:
            pauses.append((stored(engine).next_at - now) // MINUTE)
            now = stored(engine).next_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 480, 480]
    assert len(mailbox.letters) == 1
    assert stored(engine).state is DeliveryState.SENT


def test_after_nearly_three_days_it_is_given_up_with_the_reason(engine, delivery):
    mailbox, now = Mailbox(faults=99), NOON
    while stored(engine).state is not DeliveryState.GIVEN_UP:
        now = stored(engine).next_at
        drain(engine, mailbox, now=now)
    kept = stored(engine)
    assert kept.attempts == 16
    assert timedelta(days=2) < now - NOON < timedelta(days=3)
    assert kept.error == "the mail server hung up"
    assert kept.facts["token"] == ""
    assert drain(engine, Mailbox(), now=now + timedelta(days=9)) == 0


def test_what_the_other_side_refuses_is_given_up_at_once_and_the_next_one_is_sent(engine, delivery):
    with writing(engine) as session:
        facts = {"token": "SECRET", "hours": "2"}
        services.queue(session, ("wang@example.com", "zh"), kind="account.reset_password", facts=facts, now=NOON)
    mailbox = Mailbox(faults=1, fault=Refused("the mail server answered 550 no such user"))

    assert drain(engine, mailbox, now=NOON) == 2

    assert [letter.recipient for letter in mailbox.letters] == ["wang@example.com"]
    with reading(engine) as session:
        kept = session.get_one(Delivery, delivery.id)
    assert (kept.state, kept.attempts) == (DeliveryState.GIVEN_UP, 1)
    assert kept.error == "the mail server answered 550 no such user"


def test_what_goes_wrong_is_told_without_what_may_be_secret(engine, delivery):
    mailbox = Mailbox(faults=1, fault=ValueError("https://gateway.example/?key=SECRET li@example.com"))
    drain(engine, mailbox, now=NOON)
    assert stored(engine).error == "ValueError"


def test_a_channel_that_is_down_does_not_keep_back_the_others(engine, delivery):
    with writing(engine) as session:
        facts = {"token": "SECRET", "hours": "2"}
        other = services.queue(session, ("13900000000", "zh"), kind="account.reset_password", facts=facts, now=NOON)
        other.channel = SMS
    mail, sms = Mailbox(faults=9), Mailbox()

    assert worker.drain(engine, {MAIL: mail, SMS: sms}, render, now=NOON) == 2

    assert [letter.recipient for letter in sms.letters] == ["13900000000"]
    assert mail.letters == []


def test_while_it_is_being_sent_it_says_so(engine, delivery):
    seen = []

    class Watching:
        def send(self, letter):
            seen.append((stored(engine).state, letter.reference == delivery.public_id))

    drain(engine, Watching(), now=NOON)
    assert seen == [(DeliveryState.SENDING, True)]


def test_words_that_cannot_be_made_do_not_keep_back_the_others(engine, delivery):
    with writing(engine) as session:
        services.queue(session, ("wang@example.com", "zh"), kind="account.already_registered", facts={}, now=NOON)
    mailbox = Mailbox()

    drain(engine, mailbox, now=NOON)

    assert [letter.recipient for letter in mailbox.letters] == ["li@example.com"]


def test_a_server_that_fails_is_not_asked_again_before_the_worker_did_its_other_work(engine, delivery):
    with writing(engine) as session:
        for name in ("wang", "zhao"):
            facts = {"token": "SECRET", "hours": "2"}
            recipient = (f"{name}@example.com", "zh")
            services.queue(session, recipient, kind="account.reset_password", facts=facts, now=NOON)
    mailbox = Mailbox(faults=1)

    assert [drain(engine, mailbox, now=NOON) for _ in range(3)] == [1, 2, 0]
    assert [letter.recipient for letter in mailbox.letters] == ["wang@example.com", "zhao@example.com"]


def test_a_worker_that_dies_with_a_letter_only_delays_it(engine, delivery):
    class Killed(BaseException):
        pass

    class Deadly:
        def send(self, letter):
            raise Killed

    with pytest.raises(Killed):
        drain(engine, Deadly(), now=NOON)

    mailbox = Mailbox()
    assert drain(engine, mailbox, now=NOON + 14 * MINUTE) == 0
    assert drain(engine, mailbox, now=NOON + 15 * MINUTE) == 1
    assert [letter.recipient for letter in mailbox.letters] == ["li@example.com"]


def test_the_second_copy_of_a_letter_is_known_for_one(engine, delivery):
    mailbox = Mailbox()
    drain(engine, mailbox, now=NOON)
    with writing(engine) as session:
        kept = session.get_one(Delivery, delivery.id)
        kept.state, kept.sent_at, kept.next_at = DeliveryState.QUEUED, None, NOON
    drain(engine, mailbox, now=NOON)
    first, second = mailbox.letters
    assert first.reference == second.reference
