"""What holds when several browsers try at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from marketplace.accounts import services
from marketplace.accounts.models import User
from marketplace.core.errors import Locked
from marketplace.core.transaction import reading, writing
from tests.accounts.conftest import OFFICE, a_registration
from tests.conftest import NOON
from tests.factories.accounts import a_user

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
        with writing(engine) as session:
            return services.register(session, a_registration(), client_address=OFFICE, now=NOON)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(register, range(2))) == [None, None]

    with reading(engine) as session:
        assert len(session.scalars(select(User)).all()) == 1
