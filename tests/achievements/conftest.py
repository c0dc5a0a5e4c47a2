"""Browsers of signed-in people, for the tests of the pages."""

from datetime import UTC, datetime

import pytest

from marketplace.core.actor import Role
from tests.factories.accounts import a_session, a_staff_grant, a_user
from tests.factories.organisations import a_membership


@pytest.fixture
def browser_of(app, database):
    """A browser of somebody new: a member of an organisation, or, without one, a member of staff."""

    def browser(role, organisation=None):
        user = a_user(database)
        if organisation is None:
            a_staff_grant(database, user, role)
        else:
            a_membership(database, user, organisation, role)
        token = a_session(
            database, user, now=datetime.now(UTC), organisation_id=organisation.id if organisation else None
        )
        database.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["token"] = token
        return client

    return browser


@pytest.fixture
def operator(browser_of):
    return browser_of(Role.OPERATOR)
