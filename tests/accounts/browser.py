"""Browsers of people who are signed in, for tests of pages."""

from datetime import UTC, datetime

from marketplace.accounts.login import TOKEN_KEY
from tests.factories.accounts import a_session


def a_browser_of(app, database, user, **overrides):
    """A browser in which this person has just signed in; commits what the test has made so far."""
    token = a_session(database, user, now=datetime.now(UTC), **overrides)
    database.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN_KEY] = token
    return client


def look_again(database):
    """Forget what the test's own session has read, and see what requests have written since."""
    database.rollback()
    database.expire_all()
