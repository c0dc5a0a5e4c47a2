"""The application's database: what it says of a fault may be read by whoever reads the log."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import LetterToken
from marketplace.web.extensions import db
from tests.conftest import NOON


def test_a_fault_of_the_database_names_no_value(app):
    token = {"kind": "reset_password", "user_id": 404, "token_hash": "a-secret", "expires_at": NOON}
    with app.app_context(), db.engine.begin() as connection, pytest.raises(IntegrityError) as fault:
        connection.execute(insert(LetterToken).values(**token))
    assert "letter_token" in str(fault.value)
    assert "a-secret" not in str(fault.value)
