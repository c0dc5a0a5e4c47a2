from concurrent.futures import ThreadPoolExecutor

from marketplace.core.news import ChannelName
from marketplace.core.transaction import writing
from marketplace.notifications import services, worker
from marketplace.notifications.words import Words
from tests.conftest import NOON

LETTERS = 60


def test_several_workers_send_each_letter_once(engine):
    with writing(engine) as session:
        for number in range(LETTERS):
            services.queue(
                session, (f"p{number}@example.com", "zh"), kind="account.already_registered", facts={}, now=NOON
            )
    sent = []

    class Mailbox:
        def send(self, letter):
            sent.append(letter.recipient)

    def work(_number):
        while worker.drain(engine, {ChannelName.MAIL: Mailbox()}, lambda *_: Words("x", "y"), now=NOON, batch_size=7):
            pass

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))

    assert sorted(sent) == sorted(f"p{number}@example.com" for number in range(LETTERS))
