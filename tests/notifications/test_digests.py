"""One letter a day, of what is still unread; none where all is read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from config import ROOT, Config
from marketplace.core.subject import Subject
from marketplace.core.transaction import reading, writing
from marketplace.notifications import digests, services
from marketplace.notifications.digests import DIGEST
from marketplace.notifications.letters import render_for
from marketplace.notifications.models import Delivery, Digest, Notification
from tests.conftest import NOON, make_app
from tests.factories.accounts import a_user
from tests.factories.organisations import an_organisation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def registry(engine, tmp_path, database_url):
    return make_app(database_url, tmp_path).extensions["jiebang"]


@pytest.fixture
def user(engine):
    with writing(engine) as session:
        user = a_user(session, language="en")
        session.add(Digest(user_id=user.id, hour=13, next_at=NOON + HOUR, told_until=NOON - HOUR))
        return user


def tell(engine, user, name, now=NOON, **state):
    with writing(engine) as session:
        organisation = an_organisation(session, name=name, **state)
        subject = Subject("organisation", organisation.public_id)
        services.notify(
            session, [user.id], kind="organisation.verified", subject=subject, facts={"title": name}, now=now
        )
        return subject


def letters(engine):
    with reading(engine) as session:
        return session.scalars(select(Delivery).where(Delivery.kind == DIGEST).order_by(Delivery.id)).all()


def test_at_the_hour_what_is_unread_goes_out_once_in_the_language_of_the_person(engine, registry, user):
    tell(engine, user, "甲公司")
    subject = tell(engine, user, "乙公司")

    assert digests.queue_due(engine, registry, now=NOON) == 0
    assert [digests.queue_due(engine, registry, now=NOON + HOUR) for _ in range(2)] == [1, 0]

    (letter,) = letters(engine)
    assert letter.recipient == user.email
    render = render_for(
        Config(base_url="https://x.example"), ROOT / "templates", str(ROOT / "marketplace/translations")
    )
    words = render(letter.kind, letter.language, letter.facts)
    assert words.subject == "Jiebang: Unread messages: 2"
    assert words.body.index("Organisation verified (乙公司)") < words.body.index("Organisation verified (甲公司)")
    assert f"https://x.example/organisations/{subject.id}" in words.body
    assert f'href="https://x.example/organisations/{subject.id}"' in words.html
    assert "https://x.example/inbox" in words.body


def test_the_next_one_comes_the_next_day_with_what_is_new(engine, registry, user):
    tell(engine, user, "甲公司")
    digests.queue_due(engine, registry, now=NOON + HOUR)
    tell(engine, user, "乙公司", now=NOON + 2 * HOUR)

    assert digests.queue_due(engine, registry, now=NOON + DAY) == 0
    assert digests.queue_due(engine, registry, now=NOON + HOUR + DAY) == 1

    assert [one.facts["count"] for one in letters(engine)] == ["1", "1"]


def test_where_all_is_read_or_nothing_came_no_letter_goes(engine, registry, user):
    tell(engine, user, "甲公司")
    with writing(engine) as session:
        for message in session.scalars(select(Notification)):
            message.read_at = NOON
    assert digests.queue_due(engine, registry, now=NOON + HOUR) == 1
    assert digests.queue_due(engine, registry, now=NOON + HOUR + DAY) == 1
    assert letters(engine) == []


def test_what_the_person_may_not_see_is_named_by_its_kind_alone(engine, registry, user):
    tell(engine, user, "保密公司", state="unverified")
    digests.queue_due(engine, registry, now=NOON + HOUR)
    assert [line for one in letters(engine) for line in one.facts["lines"]] == [
        {"text": "单位通过认证", "facts": {}, "path": ""}
    ]


def test_a_worker_that_slept_for_days_sends_one(engine, registry, user):
    tell(engine, user, "甲公司")
    assert [digests.queue_due(engine, registry, now=NOON + 5 * DAY) for _ in range(2)] == [1, 0]
    with reading(engine) as session:
        assert session.scalars(select(Digest.next_at)).one() == NOON + 5 * DAY + HOUR
