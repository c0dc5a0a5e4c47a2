"""What tests of accounts share: the letters that were asked for, and signing in as a browser would."""

import pytest

from marketplace.accounts import services
from marketplace.accounts.events import LetterRequested
from marketplace.core import events
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD

OFFICE = "203.0.113.7"


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


def a_registration(**overrides):
    facts = {
        "name": "王小明",
        "email": "wang@example.com",
        "password": "Huhu-Xue-88",
        "consent_version": services.CONSENT_VERSION,
    }
    return services.Registration(**facts | overrides)
