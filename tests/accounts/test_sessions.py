from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import presenters, queries, terms
from marketplace.accounts.models import LetterKind, LetterToken, UserSession
from marketplace.accounts.services import keys, letters, sessions
from marketplace.accounts.services.sessions import Origin
from marketplace.accounts.tokens import fingerprint
from marketplace.core.errors import NotAllowed
from tests.accounts.conftest import KEYRING
from tests.conftest import NOON
from tests.factories.accounts import a_session, a_user, acting


def open_session(session, user, *, device="Chrome · Windows", address="203.0.113.9"):
    origin = Origin(KEYRING, device, address)
    token = sessions.open_session(session, user, origin=origin, awaits_factor=False, previous_token="", now=NOON)
    session.flush()
    return token


def shown(session, user, token="", *, now=NOON, is_staff=False):
    found = queries.sessions_of(session, acting(user))
    origins = queries.words_of(session, KEYRING, [one.origin for one in found if one.origin])
    return presenters.sessions(found, origins, token=token, is_staff=is_staff, now=now)


def key_of(token):
    return fingerprint(token)[: presenters.KEY_CHARACTERS]


def test_a_person_sees_device_and_address_of_their_own_sessions_only(session):
    user = a_user(session)
    token = open_session(session, user)
    open_session(session, a_user(session))
    (row,) = shown(session, user, token).live
    assert (row.device, row.address, row.is_this) == ("Chrome · Windows", "203.0.113.9", True)


def test_where_nothing_was_told_nothing_is_said(session):
    user = a_user(session)
    a_session(session, user)
    (row,) = shown(session, user).live
    assert (row.device, row.address, row.is_this) == ("", "", False)


def test_device_and_address_lie_sealed_and_die_with_the_persons_key(session):
    user = a_user(session)
    open_session(session, user)
    assert "203.0.113.9" not in session.scalars(select(UserSession.origin)).one()
    keys.destroy(session, user, now=NOON)
    session.flush()
    (row,) = shown(session, user).live
    assert (row.device, row.address) == ("", "")


def test_one_session_is_ended_and_the_others_go_on(session):
    user = a_user(session)
    here, there = a_session(session, user), a_session(session, user)
    assert sessions.end_session(session, acting(user), user, key=key_of(there), now=NOON)
    session.expire_all()
    assert [queries.signed_in(session, token) is not None for token in (here, there)] == [True, False]
    assert [len(shown(session, user).live), len(shown(session, user).ended)] == [1, 1]


def test_nobody_ends_somebody_elses(session):
    user, other = a_user(session), a_user(session)
    token = a_session(session, other)
    assert not sessions.end_session(session, acting(user), user, key=key_of(token), now=NOON)
    assert queries.signed_in(session, token) is not None
    with pytest.raises(NotAllowed):
        sessions.end_everywhere(session, acting(user), other, now=NOON)


def test_signing_out_everywhere_leaves_none(session):
    user = a_user(session)
    for _ in range(3):
        a_session(session, user)
    sessions.end_everywhere(session, acting(user), user, now=NOON)
    session.expire_all()
    assert shown(session, user).live == []


@pytest.mark.parametrize(("is_staff", "live"), [(True, 0), (False, 1)])
def test_what_timed_out_is_over_although_nobody_ended_it(session, is_staff, live):
    user = a_user(session)
    a_session(session, user)
    assert len(shown(session, user, now=NOON + timedelta(minutes=30), is_staff=is_staff).live) == live


@pytest.mark.parametrize("key", ["", "x" * 16, "a" * 15, "%" * 16, "A" * 16])
def test_what_names_no_session_is_known_for_it(key):
    assert not presenters.is_session_key(key)


def test_sessions_are_forgotten_a_month_after_their_end(session):
    user = a_user(session)
    a_session(session, user, ended_at=NOON)
    a_session(session, user)
    sessions.forget_sessions(session, now=NOON + timedelta(days=30))
    assert len(session.scalars(select(UserSession.id)).all()) == 2
    sessions.forget_sessions(session, now=NOON + timedelta(days=30, hours=13))
    assert session.scalars(select(UserSession.id)).all() == []


def test_tokens_of_letters_are_forgotten_a_week_after_they_died(session):
    user = a_user(session)
    session.add(LetterToken(kind=LetterKind.VERIFY_EMAIL, user_id=user.id, token_hash="a" * 64, expires_at=NOON))
    session.flush()
    letters.forget_letters(session, now=NOON + timedelta(days=7))
    assert len(session.scalars(select(LetterToken.id)).all()) == 1
    letters.forget_letters(session, now=NOON + timedelta(days=7, seconds=1))
    assert session.scalars(select(LetterToken.id)).all() == []


@pytest.mark.parametrize(("version", "asks"), [(terms.VERSION, False), ("2020-01", True), (None, True)])
def test_newer_terms_are_asked_for_at_the_next_sign_in(session, version, asks):
    user = a_user(session, consent_version=version)
    person = queries.signed_in(session, open_session(session, user))
    assert person.asks_consent is asks
