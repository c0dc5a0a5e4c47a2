"""Rows that wait for a worker."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.core import queue
from marketplace.indexing.models import OutboxEntry
from tests.conftest import NOON

LATER = NOON + timedelta(seconds=queue.CLAIM_SECONDS)


def waiting(session, subject="challenge:abc", **facts):
    row = OutboxEntry(subject=subject, noted_at=NOON, next_at=NOON, **facts)
    session.add(row)
    session.flush()
    return row


def test_the_oldest_come_first_and_a_claimed_row_is_skipped_for_a_minute(session):
    first, second = waiting(session), waiting(session)
    assert queue.claim(session, OutboxEntry, now=NOON, limit=1) == [first]
    session.flush()
    assert queue.claim(session, OutboxEntry, now=NOON, limit=5) == [second]
    session.flush()
    assert queue.claim(session, OutboxEntry, now=NOON, limit=5) == []
    assert queue.claim(session, OutboxEntry, now=LATER, limit=5) == [first, second]


def test_what_a_dead_worker_held_is_given_back(session):
    row = waiting(session)
    queue.claim(session, OutboxEntry, now=NOON, limit=1)
    queue.release(session, OutboxEntry)
    session.expire_all()
    assert queue.claim(session, OutboxEntry, now=NOON, limit=1) == [row]


def test_a_failure_waits_longer_each_time_and_is_given_up_visibly(session):
    row, now = waiting(session), NOON
    pauses = []
    for _attempt in range(queue.MAX_ATTEMPTS):
        assert queue.claim(session, OutboxEntry, now=now, limit=1) == [row]
        queue.failed(session, OutboxEntry, [row], "search is down", now=now)
        session.expire_all()
        pauses.append((row.next_at - now).total_seconds())
        now = row.next_at
    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == queue.LONGEST_PAUSE_SECONDS
    assert row.failed_at is not None
    assert row.error == "search is down"
    assert queue.claim(session, OutboxEntry, now=now, limit=1) == []


def test_done_rows_are_gone(session):
    row = waiting(session)
    queue.done(session, OutboxEntry, [row])
    assert session.scalars(select(OutboxEntry)).all() == []


def test_what_must_not_be_lost_is_tried_for_ever_after_pauses_that_stop_growing(session):
    row, now = waiting(session), NOON
    for _attempt in range(3 * queue.MAX_ATTEMPTS):
        assert queue.claim(session, OutboxEntry, now=now, limit=1) == [row]
        queue.failed(session, OutboxEntry, [row], "search is down", now=now, gives_up=False)
        session.expire_all()
        now = row.next_at
    assert (row.next_at - now).total_seconds() <= queue.LONGEST_PAUSE_SECONDS
    assert queue.count_failing(session, OutboxEntry, attempts=5) == 1
    assert queue.given_up(session, OutboxEntry) == []


def test_dead_letters_are_shown_counted_and_tried_again(session):
    row = waiting(session)
    row.failed_at, row.attempts = NOON, queue.MAX_ATTEMPTS
    session.flush()
    assert (queue.given_up(session, OutboxEntry), queue.count_given_up(session, OutboxEntry)) == ([row], 1)

    queue.try_again(session, OutboxEntry, [row.id], now=LATER)
    session.expire_all()

    assert queue.count_given_up(session, OutboxEntry) == 0
    assert queue.claim(session, OutboxEntry, now=LATER, limit=1) == [row]
