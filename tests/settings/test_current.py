"""Pages read a copy in memory: it costs no query, and is never more than a few seconds old."""

import pytest
from sqlalchemy import event

from marketplace.core.actor import SYSTEM
from marketplace.core.transaction import writing
from marketplace.settings import keys, presenters, services
from marketplace.settings.current import FRESH_SECONDS, Current
from tests.conftest import NOON

DECLARED = {setting.name: setting for setting in keys.KEYS}


class Clock:
    seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def current(engine, clock):
    known = Current(lambda: engine, clock)
    known.refresh()
    return known


def set_host(engine, text):
    """As another process does."""
    with writing(engine) as session:
        services.change(session, SYSTEM, {"footer-host": text}, declared=DECLARED, now=NOON)


def test_another_process_s_change_is_seen_within_five_seconds(engine, current, clock):
    assert current.value(keys.FOOTER_HOST) == ""
    set_host(engine, "新的单位")
    clock.seconds += FRESH_SECONDS
    current.refresh()
    assert current.value(keys.FOOTER_HOST) == "新的单位"
    assert FRESH_SECONDS <= 5


def test_a_change_of_one_s_own_is_seen_at_once(engine, current):
    set_host(engine, "新的单位")
    current.refresh(at_once=True)
    assert current.value(keys.FOOTER_HOST) == "新的单位"


def test_between_two_looks_the_database_is_left_alone(engine, current, clock):
    connections = []
    event.listen(engine, "checkout", lambda *_: connections.append(1))
    for _page in range(50):
        current.refresh()
        current.value(keys.FOOTER_HOST)
        clock.seconds += FRESH_SECONDS / 100
    assert connections == []
    clock.seconds += FRESH_SECONDS
    current.refresh()
    assert connections == [1]


def test_the_foot_follows_a_change_in_both_languages(engine, current, clock):
    assert current.furniture("zh")["footer"] == []
    set_host(engine, "某委员会")
    clock.seconds += FRESH_SECONDS
    current.refresh()
    for tongue in ("zh", "en"):
        assert [str(line) for line, _url in current.furniture(tongue)["footer"]] == ["主办：某委员会"]


def test_a_database_that_does_not_answer_leaves_what_was_known(engine, current, clock):
    set_host(engine, "某委员会")
    current.refresh(at_once=True)

    def broken():
        raise OSError("gone")

    current._engine = broken
    clock.seconds += FRESH_SECONDS
    current.refresh()
    assert current.value(keys.FOOTER_HOST) == "某委员会"


def test_secrets_are_not_to_be_had_here(current):
    with pytest.raises(KeyError):
        current.value(keys.SMS_SECRET)


def test_what_is_set_in_english_stands_on_english_pages_alone(engine, current):
    typed = {
        "footer-host": "某委员会",
        "footer-host-en": "A Commission",
        "footer-phone": "021-1234 5678",
        "site-name": "发榜台",
    }
    with writing(engine) as session:
        services.change(session, SYSTEM, typed, declared=DECLARED, now=NOON)
    current.refresh(at_once=True)
    chinese, english = presenters.furniture(current.value, "zh"), presenters.furniture(current.value, "en")
    assert [(str(line), url) for line, url in chinese["footer"]] == [
        ("主办：某委员会", None),
        ("电话：021-1234 5678", "tel:021-12345678"),
    ]
    assert str(english["footer"][0][0]) == "主办：A Commission"
    assert (chinese["name"], english["name"]) == ("发榜台", "发榜台")
    assert (chinese["office"], english["office"]) == ("某委员会", "A Commission")


def test_official_texts_are_signed_by_the_office_that_is_set(engine, current):
    typed = {"footer-host": "某委员会", "site-office": "某委员会成果处"}
    with writing(engine) as session:
        services.change(session, SYSTEM, typed, declared=DECLARED, now=NOON)
    current.refresh(at_once=True)
    assert presenters.furniture(current.value, "zh")["office"] == "某委员会成果处"
