from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import queries, totp
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import RecoveryCode, TotpFactor
from marketplace.accounts.services import factors, keys
from marketplace.accounts.services.factors import Given
from marketplace.audit.queries import history_of
from marketplace.core.actor import SYSTEM, Grant, Role
from marketplace.core.errors import Conflict, Invalid, Locked, NotAllowed
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish, reading, writing
from tests.accounts.conftest import KEYRING, OFFICE, try_to_sign_in
from tests.conftest import NOON
from tests.factories.accounts import a_session, a_user, acting
from tests.factories.factors import HALF_MINUTE, SECRET, a_factor, code_at


def given(code, *, now=NOON, keyring=KEYRING):
    return Given(code, keyring, OFFICE, now)


def pass_factor(session, token, code, *, now=NOON):
    passed = factors.pass_factor(session, token, given(code, now=now))
    session.flush()
    return passed


def is_signed_in(session, token):
    return queries.signed_in(session, token) is not None


@pytest.fixture
def user(session):
    user = a_user(session)
    a_factor(session, user, KEYRING)
    return user


@pytest.fixture
def waiting(session, user):
    """The token of a browser in which the password was right."""
    result = try_to_sign_in(session, user.email)
    assert result.awaits_factor
    return result.token


class TestSettingItUp:
    def test_it_counts_from_its_first_code_and_brings_ten_recovery_codes(self, session):
        user = a_user(session)
        here, there = a_session(session, user), a_session(session, user)
        factors.start(session, acting(user), user, keyring=KEYRING, now=NOON)
        secret = queries.factor_to_confirm(session, acting(user), KEYRING)
        assert not queries.has_factor(session, user.id)

        result = factors.confirm(session, acting(user), user, given(code_at(NOON, secret)), token=here)

        assert len(result.codes) == 10
        assert queries.has_factor(session, user.id)
        assert queries.factor_to_confirm(session, acting(user), KEYRING) is None
        assert [is_signed_in(session, token) for token in (here, there)] == [True, False]

    def test_neither_secret_nor_recovery_codes_are_kept_as_they_are(self, session):
        user = a_user(session)
        factors.start(session, acting(user), user, keyring=KEYRING, now=NOON)
        secret = queries.factor_to_confirm(session, acting(user), KEYRING)
        codes = factors.confirm(session, acting(user), user, given(code_at(NOON, secret)), token="").codes
        session.flush()
        assert secret not in session.scalars(select(TotpFactor.secret)).one()
        kept = set(session.scalars(select(RecoveryCode.code_hash)))
        assert not kept & {totp.cleaned(code) for code in codes}

    def test_a_wrong_first_code_sets_nothing_up(self, session):
        user = a_user(session)
        factors.start(session, acting(user), user, keyring=KEYRING, now=NOON)
        result = factors.confirm(session, acting(user), user, given("000000"), token="")
        assert isinstance(result.refusal, Invalid)
        assert not queries.has_factor(session, user.id)

    def test_starting_again_replaces_the_secret_until_it_is_confirmed(self, session, user):
        other = a_user(session)
        secrets = []
        for _ in range(2):
            factors.start(session, acting(other), other, keyring=KEYRING, now=NOON)
            secrets.append(queries.factor_to_confirm(session, acting(other), KEYRING))
        assert secrets[0] != secrets[1]
        with pytest.raises(Conflict):
            factors.start(session, acting(user), user, keyring=KEYRING, now=NOON)

    def test_nobody_sets_up_somebody_elses(self, session, user):
        with pytest.raises(NotAllowed):
            factors.start(session, acting(a_user(session)), user, keyring=KEYRING, now=NOON)


class TestTheSignIn:
    def test_a_right_password_alone_opens_nothing(self, session, user, waiting):
        assert not is_signed_in(session, waiting)

    def test_a_code_opens_it_under_another_token(self, session, waiting):
        passed = pass_factor(session, waiting, code_at(NOON))
        assert passed.token != waiting
        assert [is_signed_in(session, token) for token in (waiting, passed.token)] == [False, True]

    def test_a_code_opens_once(self, session, user, waiting):
        assert pass_factor(session, waiting, code_at(NOON)).token
        again = try_to_sign_in(session, user.email).token
        assert isinstance(pass_factor(session, again, code_at(NOON)).refusal, Invalid)
        assert pass_factor(session, again, code_at(NOON + HALF_MINUTE)).token

    def test_a_recovery_code_opens_once_and_says_how_many_are_left(self, session, user, waiting):
        codes = factors.renew_codes(session, acting(user), user, given(code_at(NOON))).codes
        passed = pass_factor(session, waiting, codes[0].upper())
        assert (bool(passed.token), passed.codes_left) == (True, 9)
        again = try_to_sign_in(session, user.email).token
        assert isinstance(pass_factor(session, again, codes[0]).refusal, Invalid)

    def test_somebody_elses_recovery_code_opens_nothing(self, session, waiting):
        other = a_user(session)
        a_factor(session, other, KEYRING)
        codes = factors.renew_codes(session, acting(other), other, given(code_at(NOON))).codes
        assert pass_factor(session, waiting, codes[0]).refusal

    def test_renewed_codes_make_the_old_ones_worthless(self, session, user, waiting):
        old = factors.renew_codes(session, acting(user), user, given(code_at(NOON))).codes
        new = factors.renew_codes(session, acting(user), user, given(code_at(NOON + HALF_MINUTE))).codes
        assert pass_factor(session, waiting, old[0]).refusal
        assert pass_factor(session, waiting, new[0]).token

    def test_five_wrong_codes_lock_the_question_however_often_one_signs_in(self, session, user):
        for _ in range(5):
            token = try_to_sign_in(session, user.email).token
            assert isinstance(pass_factor(session, token, "000000").refusal, Invalid)
        token = try_to_sign_in(session, user.email).token
        assert isinstance(pass_factor(session, token, code_at(NOON)).refusal, Locked)
        later = NOON + timedelta(minutes=15)
        token = try_to_sign_in(session, user.email, now=later).token
        assert pass_factor(session, token, code_at(later), now=later).token

    def test_a_right_password_waits_ten_minutes(self, session, waiting):
        late = NOON + timedelta(minutes=10)
        assert isinstance(pass_factor(session, waiting, code_at(late), now=late).refusal, Conflict)

    @pytest.mark.parametrize("token", ["", "x" * 43])
    def test_without_a_password_there_is_nothing_to_pass(self, session, token):
        assert isinstance(pass_factor(session, token, code_at(NOON)).refusal, Conflict)

    def test_the_log_tells_how_somebody_came_in(self, session, user, waiting):
        pass_factor(session, waiting, "000000")
        pass_factor(session, waiting, code_at(NOON))
        finish(session)
        entries = history_of(session, Subject("user", user.public_id))
        assert [(entry.action, entry.actor) for entry in entries] == [
            ("sign_in", user.public_id),
            ("factor_refused", "visitor"),
            ("sign_in_awaits_factor", user.public_id),
        ]
        assert entries[0].detail.detail == {"factor": "totp"}

    def test_one_code_tried_at_once_in_two_browsers_opens_one(self, engine):
        with writing(engine) as session:
            user = a_user(session)
            a_factor(session, user, KEYRING)
            tokens = [try_to_sign_in(session, user.email).token for _ in range(2)]

        def give(token):
            with writing(engine) as session:
                return bool(factors.pass_factor(session, token, given(code_at(NOON))).token)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(give, tokens)) == [False, True]


class TestDoingWithout:
    def test_a_person_gives_it_up_with_a_code(self, session, user):
        assert isinstance(factors.give_up(session, acting(user), user, given("000000"), is_required=False), Invalid)
        assert factors.give_up(session, acting(user), user, given(code_at(NOON)), is_required=False) is None
        assert not try_to_sign_in(session, user.email).awaits_factor
        assert session.scalars(select(RecoveryCode)).all() == []

    def test_staff_cannot(self, session, user):
        with pytest.raises(NotAllowed):
            factors.give_up(session, acting(user), user, given(code_at(NOON)), is_required=True)

    def test_an_operator_resets_what_somebody_lost_and_ends_their_sessions(self, session, user):
        token = a_session(session, user)
        operator = acting(a_user(session), Grant(Role.OPERATOR))
        factors.reset_factor(session, operator, user, now=NOON)
        assert not is_signed_in(session, token)
        assert not try_to_sign_in(session, user.email).awaits_factor
        with pytest.raises(Conflict):
            factors.reset_factor(session, SYSTEM, user, now=NOON)

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AREA_OFFICER])
    def test_nobody_else_does_and_no_operator_their_own(self, session, user, role):
        with pytest.raises(NotAllowed):
            factors.reset_factor(session, acting(a_user(session), Grant(role, area="anting")), user, now=NOON)
        with pytest.raises(NotAllowed):
            factors.reset_factor(session, acting(user, Grant(Role.OPERATOR)), user, now=NOON)


class TestKeysOfPersons:
    def test_words_are_read_back_for_many_people_at_once(self, session):
        people = [a_user(session) for _ in range(3)]
        sealed = {keys.keep(session, KEYRING, one, one.name, now=NOON): one.name for one in people}
        assert queries.words_of(session, KEYRING, list(sealed)) == sealed
        assert queries.words_of(session, KEYRING, []) == {}

    def test_a_destroyed_key_makes_its_words_unreadable_and_takes_no_more(self, session):
        gone, other = a_user(session), a_user(session)
        sealed = [keys.keep(session, KEYRING, one, one.name, now=NOON) for one in (gone, other)]
        keys.destroy(session, gone, now=NOON)
        session.flush()
        assert queries.words_of(session, KEYRING, sealed) == {sealed[1]: other.name}
        with pytest.raises(Conflict):
            keys.keep(session, KEYRING, gone, "more", now=NOON)

    def test_two_first_words_at_once_are_both_readable(self, engine):
        with writing(engine) as session:
            user = a_user(session)

        def keep(words):
            with writing(engine) as session:
                return keys.keep(session, KEYRING, user, words, now=NOON)

        with ThreadPoolExecutor(2) as pool:
            sealed = list(pool.map(keep, ["one", "two"]))
        with reading(engine) as session:
            assert sorted(queries.words_of(session, KEYRING, sealed).values()) == ["one", "two"]

    def test_under_another_seal_key_a_code_is_not_quietly_wrong(self, session, waiting):
        with pytest.raises(Exception, match="打不开"):
            factors.pass_factor(session, waiting, given(code_at(NOON), keyring=KeyRing("another")))


def test_the_secret_of_the_tests_is_one():
    assert totp.matching_step(SECRET, code_at(NOON), after=0, now=NOON)
