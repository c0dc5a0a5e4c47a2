"""What holds when several browsers try at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from marketplace.accounts import services
from marketplace.accounts.models import User
from marketplace.accounts.services import credentials
from marketplace.core.errors import Conflict, Locked
from marketplace.core.transaction import reading, writing
from tests.accounts.conftest import OFFICE, a_registration
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_user, acting

TRIES = 12


def test_guesses_at_once_are_counted_one_by_one(engine):
    with writing(engine) as session:
        email = a_user(session).email

    def guess(_number):
        with reading(engine) as session:
            claim = services.examine(session, email=email, password="wrong-one", client_address=OFFICE, now=NOON)
        with writing(engine) as session:
            return services.sign_in(session, claim, client_address=OFFICE, now=NOON).refusal

    with ThreadPoolExecutor(6) as pool:
        refusals = list(pool.map(guess, range(TRIES)))

    assert [isinstance(refusal, Locked) for refusal in refusals].count(False) == 5


def test_one_address_registered_twice_at_once_is_one_account(engine):
    def register(_number):
        with reading(engine) as session:
            hashed = services.examine_registration(session, a_registration(), client_address=OFFICE, now=NOON)
        with writing(engine) as session:
            return services.register(session, a_registration(), password_hash=hashed, client_address=OFFICE, now=NOON)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(register, range(2))) == [None, None]

    with reading(engine) as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_hashing_waits_for_nobody_who_writes(engine):
    """A password is hashed while somebody else holds the one writer's place, which SQLite has."""
    with writing(engine) as session:
        user = a_user(session)
    with writing(engine):
        with reading(engine) as session:
            assert services.examine_registration(session, a_registration(), client_address=OFFICE, now=NOON)
            change = credentials.examine_change(
                session, acting(user), user, old=PASSWORD, new="Another-2026", client_address=OFFICE, now=NOON
            )
        assert change.new_hash


def test_a_password_that_was_changed_meanwhile_is_not_changed_again(engine):
    with writing(engine) as session:
        user = a_user(session)
    with reading(engine) as session:
        change = credentials.examine_change(
            session, acting(user), user, old=PASSWORD, new="Another-2026", client_address=OFFICE, now=NOON
        )
    with writing(engine) as session:
        session.get_one(User, user.id).password_hash = "changed meanwhile"
    with writing(engine) as session:
        changed = session.get_one(User, user.id)
        with pytest.raises(Conflict):
            credentials.change_password(
                session, acting(user), changed, change, token="", client_address=OFFICE, now=NOON
            )
