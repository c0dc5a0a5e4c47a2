"""What tests of accounts share: the letters that were asked for, and signing in as a browser would."""

import pytest

from marketplace.accounts import services, terms
from marketplace.accounts.events import LetterRequested
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.services import credentials
from marketplace.core import events
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD

OFFICE = "203.0.113.7"
KEYRING = KeyRing("a seal key")


@pytest.fixture
def letters():
    """Every letter that a service asked for."""
    asked = []

    def keep(_session, event):
        asked.append(event)

    events.subscribe(LetterRequested)(keep)
    yield asked
    events._handlers[LetterRequested].remove(keep)


def try_to_sign_in(session, email, password=PASSWORD, *, client_address=OFFICE, now=NOON):
    claim = services.examine(session, email=email, password=password, client_address=client_address, now=now)
    result = services.sign_in(session, claim, client_address=client_address, now=now)
    session.flush()
    return result


def register(session, registration, *, now=NOON):
    """In its two steps, as the page does."""
    hashed = services.examine_registration(session, registration, client_address=OFFICE, now=now)
    locked = services.register(session, registration, password_hash=hashed, client_address=OFFICE, now=now)
    session.flush()
    return locked


def reset_password(session, token, password, *, now=NOON):
    hashed = credentials.examine_reset(session, token, password=password, now=now)
    return credentials.reset_password(session, token, password_hash=hashed, now=now)


def change_password(session, actor, user, *, old=PASSWORD, new="Another-2026", token="", now=NOON):
    change = credentials.examine_change(session, actor, user, old=old, new=new, client_address=OFFICE, now=now)
    return credentials.change_password(session, actor, user, change, token=token, client_address=OFFICE, now=now)


def a_registration(**overrides):
    facts = {
        "name": "王小明",
        "email": "wang@example.com",
        "password": "Huhu-Xue-88",
        "consent_version": terms.VERSION,
    }
    return services.Registration(**facts | overrides)
