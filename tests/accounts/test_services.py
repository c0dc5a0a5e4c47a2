from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import passwords, queries, services, terms
from marketplace.accounts.models import Attempt, LetterToken, StaffGrant, User, UserSession
from marketplace.accounts.services import counting, credentials
from marketplace.accounts.tokens import fingerprint
from marketplace.audit.queries import history_of
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Conflict, Invalid, Locked, NotAllowed
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from tests.accounts.conftest import OFFICE, a_registration, change_password, register, reset_password, try_to_sign_in
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, PASSWORD_HASH, a_session, a_user, acting

LATER = NOON + timedelta(minutes=15)
NEW_PASSWORD = "Another-2026"


def the_token(letter):
    return letter.facts["token"]


def is_signed_in(session, token):
    return queries.signed_in(session, token) is not None


class TestRegistering:
    def test_a_newcomer_waits_for_a_letter_and_then_signs_in(self, session, letters):
        assert register(session, a_registration(email=" Wang@Example.com")) is None

        assert [(letter.kind, letter.email) for letter in letters] == [("account.verify_email", "wang@example.com")]
        assert not try_to_sign_in(session, "wang@example.com", "Huhu-Xue-88").token
        services.verify_email(session, the_token(letters[0]), now=NOON)
        assert try_to_sign_in(session, "WANG@example.com", "Huhu-Xue-88").token

    def test_who_has_an_account_gets_a_letter_saying_so_and_nothing_changes(self, session, letters):
        user = a_user(session)

        assert register(session, a_registration(email=user.email)) is None

        assert [(letter.kind, dict(letter.facts)) for letter in letters] == [("account.already_registered", {})]
        assert try_to_sign_in(session, user.email, PASSWORD).token

    def test_an_account_that_still_waits_is_finished_with_a_new_password(self, session, letters):
        register(session, a_registration(password="The-Strangers-1"))
        register(session, a_registration(password="The-Owners-22"))

        assert letters[-1].kind == "account.finish_registration"
        reset_password(session, the_token(letters[-1]), "The-Owners-22")
        assert not try_to_sign_in(session, "wang@example.com", "The-Strangers-1").token
        assert try_to_sign_in(session, "wang@example.com", "The-Owners-22").token

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", " "),
            ("name", "长" * 81),
            ("name", "a\0b"),
            ("email", "wang"),
            ("password", "short"),
            ("consent_version", ""),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, session, field, value):
        with pytest.raises(Invalid) as caught:
            register(session, a_registration(**{field: value}))
        assert list(caught.value.fields) == [field.removesuffix("_version")]
        assert session.scalars(select(User)).all() == []

    def test_the_terms_agreed_to_are_kept(self, session, letters):
        register(session, a_registration())
        assert session.scalars(select(User.consent_version)).all() == [terms.VERSION]

    def test_one_mailbox_is_not_flooded(self, session, letters):
        for _ in range(5):
            assert register(session, a_registration()) is None
        assert isinstance(register(session, a_registration()), Locked)
        assert len(letters) == 5

    def test_a_letter_lives_three_days_and_opens_once(self, session, letters):
        register(session, a_registration())
        with pytest.raises(Conflict):
            services.verify_email(session, the_token(letters[0]), now=NOON + timedelta(hours=72))

        services.verify_email(session, the_token(letters[0]), now=NOON + timedelta(hours=71))

        with pytest.raises(Conflict):
            services.verify_email(session, the_token(letters[0]), now=NOON + timedelta(hours=71))

    def test_a_letter_for_one_purpose_does_not_serve_another(self, session, letters):
        register(session, a_registration())
        with pytest.raises(Conflict):
            reset_password(session, the_token(letters[0]), NEW_PASSWORD)

    def test_only_fingerprints_of_letters_are_kept(self, session, letters):
        register(session, a_registration())
        kept = session.scalars(select(LetterToken.token_hash)).one()
        assert kept == fingerprint(the_token(letters[0]))


class TestSigningIn:
    def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(self, session):
        user = a_user(session)
        first = try_to_sign_in(session, user.email).token
        claim = services.examine(session, email=user.email, password=PASSWORD, client_address=OFFICE, now=NOON)
        second = services.sign_in(session, claim, client_address=OFFICE, now=NOON, previous_token=first).token

        assert first != second
        assert [is_signed_in(session, token) for token in (first, second)] == [False, True]

    def test_an_unknown_address_and_a_wrong_password_hear_the_same(self, session):
        user = a_user(session)
        wrong = try_to_sign_in(session, user.email, "wrong-password").refusal
        unknown = try_to_sign_in(session, "nobody@example.com", "wrong-password").refusal
        assert wrong.message == unknown.message

    def test_an_unverified_address_hears_the_same_and_gets_a_new_letter(self, session, letters):
        user = a_user(session, email_verified_at=None)
        assert try_to_sign_in(session, user.email, "wrong-password").refusal.message.id == services.REFUSED
        assert letters == []

        assert try_to_sign_in(session, user.email).refusal.message.id == services.REFUSED

        assert [letter.kind for letter in letters] == ["account.verify_email"]

    def test_what_no_database_can_hold_is_only_a_wrong_address(self, session):
        assert try_to_sign_in(session, "a\x00b@example.com").refusal.message.id == services.REFUSED

    def test_a_disabled_account_does_not_open(self, session):
        user = a_user(session, disabled_at=NOON)
        assert not try_to_sign_in(session, user.email).token

    @pytest.mark.parametrize("is_known", [True, False])
    def test_five_failures_lock_an_address_for_a_quarter_of_an_hour_known_or_not(self, session, is_known):
        email = a_user(session).email if is_known else "nobody@example.com"
        for _ in range(5):
            assert not isinstance(try_to_sign_in(session, email, "wrong-password").refusal, Locked)

        assert isinstance(try_to_sign_in(session, email).refusal, Locked)
        assert not isinstance(try_to_sign_in(session, email, now=LATER).refusal, Locked)

    def test_the_lock_is_the_addresss_wherever_the_tries_come_from(self, session):
        user = a_user(session)
        for number in range(5):
            try_to_sign_in(session, user.email, "wrong-password", client_address=f"198.51.100.{number}")
        assert isinstance(try_to_sign_in(session, user.email).refusal, Locked)

    def test_a_success_starts_the_count_again(self, session):
        user = a_user(session)
        for second in range(12):
            password = PASSWORD if second % 4 == 3 else "wrong-password"
            last = try_to_sign_in(session, user.email, password, now=NOON + timedelta(seconds=second))
        assert last.token

    def test_fifty_failures_lock_a_client_out(self, session):
        for number in range(50):
            try_to_sign_in(session, f"somebody{number}@example.com", "wrong-password")
        user = a_user(session)
        assert isinstance(try_to_sign_in(session, user.email).refusal, Locked)
        assert try_to_sign_in(session, user.email, client_address="198.51.100.1").token

    def test_tries_at_a_locked_address_are_not_counted(self, session):
        for _ in range(8):
            try_to_sign_in(session, "nobody@example.com", "wrong-password")
        assert len(session.scalars(select(Attempt)).all()) == 5

    def test_an_outdated_hash_is_made_again(self, session):
        weaker = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        user = a_user(session, password_hash=weaker)

        assert try_to_sign_in(session, user.email).token

        assert not passwords.is_outdated(user.password_hash)
        assert passwords.matches(user.password_hash, PASSWORD)

    def test_the_log_names_nobody_who_only_tried(self, session):
        user = a_user(session)
        try_to_sign_in(session, user.email, "wrong-password")
        try_to_sign_in(session, user.email)
        finish(session)
        entries = history_of(session, Subject("user", user.public_id))
        assert [(entry.action, entry.actor) for entry in entries] == [
            ("sign_in", user.public_id),
            ("sign_in_refused", "visitor"),
        ]

    def test_signing_out_ends_this_browser_only(self, session):
        user = a_user(session)
        here, there = a_session(session, user), a_session(session, user)
        services.sign_out(session, acting(user), here, now=NOON)
        assert [is_signed_in(session, token) for token in (here, there)] == [False, True]

    def test_old_tries_are_forgotten(self, session):
        try_to_sign_in(session, "nobody@example.com", "wrong-password")
        counting.forget_attempts(session, now=NOON + timedelta(hours=25))
        assert session.scalars(select(Attempt)).all() == []


class TestPasswords:
    def change(self, session, user, **facts):
        return change_password(session, acting(user), user, **facts)

    def test_a_new_password_ends_every_other_session(self, session):
        user = a_user(session)
        here, there = a_session(session, user), a_session(session, user)

        assert self.change(session, user, token=here) is None

        assert [is_signed_in(session, token) for token in (here, there)] == [True, False]
        assert try_to_sign_in(session, user.email, NEW_PASSWORD).token

    def test_the_old_password_is_asked_and_its_failures_are_counted(self, session):
        user = a_user(session)
        for _ in range(5):
            assert list(self.change(session, user, old="wrong-password").fields) == ["old_password"]
        assert isinstance(self.change(session, user), Locked)
        assert passwords.matches(user.password_hash, PASSWORD)

    def test_a_weak_new_password_is_refused(self, session):
        user = a_user(session)
        with pytest.raises(Invalid) as caught:
            self.change(session, user, new="short")
        assert list(caught.value.fields) == ["new_password"]

    def test_nobody_changes_somebody_elses(self, session):
        user, other = a_user(session), a_user(session)
        with pytest.raises(NotAllowed):
            change_password(session, acting(other), user)

    def test_a_reset_by_letter_ends_all_sessions_and_lifts_the_lock(self, session, letters):
        user = a_user(session)
        token = a_session(session, user)
        for _ in range(5):
            try_to_sign_in(session, user.email, "wrong-password")

        credentials.request_reset(session, user.email, client_address=OFFICE, now=NOON)
        reset_password(session, the_token(letters[0]), NEW_PASSWORD)

        assert not is_signed_in(session, token)
        assert try_to_sign_in(session, user.email, NEW_PASSWORD).token

    def test_nobody_can_tell_from_a_reset_whether_an_address_is_known(self, session, letters):
        assert credentials.request_reset(session, "nobody@example.com", client_address=OFFICE, now=NOON) is None
        assert credentials.request_reset(session, a_user(session).email, client_address=OFFICE, now=NOON) is None
        assert len(letters) == 1

    def test_a_weak_password_leaves_the_letter_good(self, session, letters):
        user = a_user(session)
        credentials.request_reset(session, user.email, client_address=OFFICE, now=NOON)
        with pytest.raises(Invalid):
            reset_password(session, the_token(letters[0]), "short")
        reset_password(session, the_token(letters[0]), NEW_PASSWORD)

    def test_a_reset_letter_lives_two_hours_and_a_newer_ones_use_ends_it(self, session, letters):
        user = a_user(session)
        for _ in range(2):
            credentials.request_reset(session, user.email, client_address=OFFICE, now=NOON)
        with pytest.raises(Conflict):
            reset_password(session, the_token(letters[1]), NEW_PASSWORD, now=NOON + timedelta(hours=2))

        reset_password(session, the_token(letters[1]), NEW_PASSWORD)

        with pytest.raises(Conflict):
            reset_password(session, the_token(letters[0]), NEW_PASSWORD)


class TestByOperators:
    def test_the_command_line_makes_an_account_that_works_at_once(self, session, letters):
        services.create_user(
            session, SYSTEM, email="New@example.com", name="新人", password_hash=PASSWORD_HASH, verified=True, now=NOON
        )
        assert letters == []
        assert try_to_sign_in(session, "new@example.com").token

    def test_or_one_that_waits_for_its_letter(self, session, letters):
        services.create_user(
            session, SYSTEM, email="new@example.com", name="新人", password_hash=PASSWORD_HASH, verified=False, now=NOON
        )
        assert [letter.kind for letter in letters] == ["account.verify_email"]

    def test_an_address_has_one_account(self, session):
        user = a_user(session)
        with pytest.raises(Invalid) as caught:
            services.create_user(
                session, SYSTEM, email=user.email, name="新人", password_hash=PASSWORD_HASH, verified=True, now=NOON
            )
        assert list(caught.value.fields) == ["email"]

    def test_a_role_is_given_once_and_taken_back(self, session):
        user = a_user(session)
        for _ in range(2):
            services.grant_staff(session, SYSTEM, user, role=Role.AREA_OFFICER, area="anting", now=NOON)
        granted = session.scalars(select(StaffGrant)).one()
        assert (granted.user_id, granted.role, granted.area) == (user.id, Role.AREA_OFFICER, "anting")

        services.revoke_staff(session, SYSTEM, user, role=Role.AREA_OFFICER, area="anting", now=NOON)

        assert session.scalars(select(StaffGrant)).all() == []

    @pytest.mark.parametrize(("role", "area"), [(Role.OWNER, ""), (Role.AREA_OFFICER, ""), (Role.OPERATOR, "anting")])
    def test_a_role_of_another_sort_or_without_its_area_is_refused(self, session, role, area):
        with pytest.raises(Invalid):
            services.grant_staff(session, SYSTEM, a_user(session), role=role, area=area, now=NOON)

    def test_a_person_cannot_promote_themselves(self, session):
        user = a_user(session)
        with pytest.raises(NotAllowed):
            services.grant_staff(session, acting(user), user, role=Role.OPERATOR, now=NOON)


def test_the_profile_is_the_persons_own(session):
    user, other = a_user(session), a_user(session)
    services.revise_profile(session, acting(user), user, name=" 新名 ", language="en", now=NOON)
    assert (user.name, user.language) == ("新名", "en")
    with pytest.raises(NotAllowed):
        services.revise_profile(session, acting(other), user, name="别人", language="zh", now=NOON)


def test_a_browser_remembers_for_whom_its_person_acts(session):
    user = a_user(session)
    token = a_session(session, user)
    services.act_for(session, acting(user), 42, token=token)
    session.expire_all()
    assert session.scalars(select(UserSession.organisation_id)).one() == 42
