"""Letters through a real mail server on loopback: taken, refused for now, refused for good, and a server that dies."""

import ssl
from contextlib import contextmanager
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from sqlalchemy import select

from marketplace.core.news import ChannelName
from marketplace.core.transaction import reading, writing
from marketplace.notifications import services, worker
from marketplace.notifications.channels import SmtpChannel
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.notifications.words import Words
from tests.conftest import NOON
from tests.notifications.certificates import a_certificate

SENDER = "揭榜台 <noreply@jiebang.example>"


class Postbox:
    """Keeps what it takes; ``answers`` come first, one for each letter. ``dies`` hangs up after having taken one."""

    def __init__(self, *answers, dies=0):
        self.answers, self.dies, self.envelopes = list(answers), dies, []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (the library's name)
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        if self.dies:
            self.dies -= 1
            server.transport.abort()
        return "250 taken"

    @property
    def references(self):
        return [_header(envelope, b"X-Delivery-ID") for envelope in self.envelopes]


def _header(envelope, name):
    (line,) = [line for line in envelope.content.splitlines() if line.startswith(name + b":")]
    return line.split(b": ", 1)[1].decode()


class Server(Controller):
    def __init__(self, postbox, **options):
        super().__init__(postbox, hostname="127.0.0.1", port=0)
        self.options = options

    def factory(self):
        return SMTP(self.handler, hostname="mail.example", **self.options)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_server(postbox, **options):
    server = Server(postbox, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop(no_assert=True)


def drain(engine, port, *, now=NOON, scheme="smtp", tls=None):
    channels = {ChannelName.MAIL: SmtpChannel(f"{scheme}://127.0.0.1:{port}", lambda: SENDER, tls=tls)}
    return worker.drain(engine, channels, lambda *_: Words("揭榜台：x", "您好\n", "<p>您好</p>"), now=now)


@pytest.fixture
def letters(engine):
    with writing(engine) as session:
        return [
            services.queue(session, (f"p{n}@example.com", "zh"), kind="account.already_registered", facts={}, now=NOON)
            for n in range(3)
        ]


def stored(engine):
    with reading(engine) as session:
        return session.scalars(select(Delivery).order_by(Delivery.id)).all()


def states(engine):
    return [one.state for one in stored(engine)]


SENT, FAILED, GIVEN_UP, QUEUED = (
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.GIVEN_UP,
    DeliveryState.QUEUED,
)


def test_each_letter_arrives_once_under_its_own_reference(engine, letters):
    postbox = Postbox()
    with a_server(postbox) as port:
        assert drain(engine, port) == 3
    assert [envelope.rcpt_tos for envelope in postbox.envelopes] == [[f"p{n}@example.com"] for n in range(3)]
    assert postbox.references == [one.public_id for one in letters]
    assert states(engine) == [SENT] * 3


def test_refused_for_now_it_is_tried_again_and_taken(engine, letters):
    postbox = Postbox("451 come back later")
    with a_server(postbox) as port:
        assert drain(engine, port) == 1
        assert states(engine) == [FAILED, QUEUED, QUEUED]
        assert stored(engine)[0].error == "the mail server answered 451 come back later"
        drain(engine, port)
        drain(engine, port, now=NOON + timedelta(minutes=1))
    assert states(engine) == [SENT] * 3
    assert sorted(postbox.references) == sorted(one.public_id for one in letters)


def test_refused_for_good_it_is_given_up_and_the_others_go(engine, letters):
    with a_server(Postbox("550 no such user p0@example.com")) as port:
        assert drain(engine, port) == 3
    assert states(engine) == [GIVEN_UP, SENT, SENT]
    assert stored(engine)[0].error == "the mail server answered 550 no such user …"


def test_a_server_that_dies_with_a_letter_loses_none_and_doubles_that_one_at_most(engine, letters):
    postbox = Postbox(dies=1)
    with a_server(postbox) as port:
        drain(engine, port)
        assert states(engine) == [FAILED, QUEUED, QUEUED]
        assert stored(engine)[0].error == "the mail server hung up"
        drain(engine, port)
        drain(engine, port, now=NOON + timedelta(minutes=1))
    first, second, third = (one.public_id for one in letters)
    assert states(engine) == [SENT] * 3
    assert sorted(postbox.references) == sorted([first, first, second, third])


def test_a_server_that_is_not_there_costs_a_try_and_its_address_is_not_told(engine, letters):
    with a_server(Postbox()) as port:
        pass
    assert drain(engine, port) == 1
    assert states(engine) == [FAILED, QUEUED, QUEUED]
    assert stored(engine)[0].error == "the mail server cannot be reached: Connection refused"


def test_with_starttls_the_letter_goes_through_tls(engine, letters, tmp_path):
    ours, theirs = a_certificate(tmp_path)
    postbox = Postbox()
    with a_server(postbox, tls_context=theirs, require_starttls=True) as port:
        assert drain(engine, port, scheme="starttls", tls=ours) == 3
    assert states(engine) == [SENT] * 3


def test_without_starttls_on_the_other_side_nothing_is_sent_in_the_open(engine, letters):
    postbox = Postbox()
    with a_server(postbox) as port:
        assert drain(engine, port, scheme="starttls") == 1
    assert postbox.envelopes == []
    assert states(engine) == [FAILED, QUEUED, QUEUED]


def test_a_certificate_nobody_vouches_for_gets_no_letter(engine, letters, tmp_path):
    _ours, theirs = a_certificate(tmp_path)
    postbox = Postbox()
    with a_server(postbox, tls_context=theirs) as port:
        drain(engine, port, scheme="starttls", tls=ssl.create_default_context())
    assert postbox.envelopes == []
    assert stored(engine)[0].error == "no TLS with the mail server: CERTIFICATE_VERIFY_FAILED"
