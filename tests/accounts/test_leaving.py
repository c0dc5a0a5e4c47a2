"""A copy of one's data, and the end of an account."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from marketplace.accounts import queries
from marketplace.accounts.export import as_file
from marketplace.accounts.models import LetterToken, PersonKey, RecoveryCode, TotpFactor, User, UserSession
from marketplace.accounts.services import erasure, keys
from marketplace.audit import services as audit
from marketplace.audit.queries import history_of, verify
from marketplace.core.actor import Grant, Role
from marketplace.core.errors import Conflict, Invalid, Locked, NotAllowed
from marketplace.core.news import ChannelName
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.notifications.models import Choice, Delivery, Digest, Notification
from marketplace.notifications.services import choose, notify, queue
from marketplace.organisations.models import Membership
from marketplace.organisations.queries import sole_owner_obstacles
from tests.accounts.browser import a_browser_of, look_again
from tests.accounts.conftest import KEYRING, OFFICE, a_registration, register, try_to_sign_in
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_session, a_staff_grant, a_user, acting
from tests.factories.factors import a_factor
from tests.factories.organisations import a_membership, an_organisation


def erase(session, user, *, password=PASSWORD, actor=None):
    actor = actor or acting(user)
    proof = erasure.examine(session, actor, user, password=password, client_address=OFFICE, now=NOON)
    refusal = erasure.erase(session, actor, user, proof, client_address=OFFICE, now=NOON)
    session.flush()
    return refusal


class TestErasing:
    def test_what_names_the_person_goes_and_the_row_stays_for_the_records(self, session):
        user = a_user(session)
        email, name = user.email, user.name

        assert erase(session, user) is None

        session.expire_all()
        assert (user.name, user.password_hash, user.erased_at) == ("已注销用户", "", NOON)
        assert email not in user.email
        assert name not in user.name
        assert not try_to_sign_in(session, email).token

    def test_every_way_in_is_gone(self, session):
        user = a_user(session)
        a_session(session, user)
        a_factor(session, user, KEYRING)
        erase(session, user)
        for table in (UserSession, LetterToken, RecoveryCode, TotpFactor):
            assert session.scalars(select(table)).all() == []

    def test_words_kept_in_old_records_are_unreadable_with_the_key_gone(self, session):
        user, other = a_user(session), a_user(session)
        record, others = (keys.keep(session, KEYRING, one, f"联系人 {one.name}", now=NOON) for one in (user, other))
        erase(session, user)
        assert queries.words_of(session, KEYRING, [record, others]) == {others: f"联系人 {other.name}"}
        assert session.get(PersonKey, user.id).wrapped is None

    def test_the_address_is_free_for_a_new_account(self, session, letters):
        user = a_user(session)
        email = user.email
        erase(session, user)
        assert register(session, a_registration(email=email)) is None
        assert [letter.kind for letter in letters] == ["account.verify_email"]

    def test_memberships_end_and_letters_to_the_person_go(self, session):
        organisation, user, other = an_organisation(session), a_user(session), a_user(session)
        for one in (user, other):
            a_membership(session, one, organisation)
            queue(session, (one.email, "zh"), kind="account.already_registered", facts={}, now=NOON)
        erase(session, user)
        assert session.scalars(select(Membership.user_id)).all() == [other.id]
        assert session.scalars(select(Delivery.recipient)).all() == [other.email]

    def test_the_inbox_and_what_was_chosen_about_it_go(self, session):
        user, other = a_user(session), a_user(session)
        subject, facts = Subject("organisation", "abcdefghijkm"), {"title": "膜材料研究所"}
        for one in (user, other):
            notify(session, [one.id], kind="organisation.verified", subject=subject, facts=facts, now=NOON)
            choose(session, acting(one), offered=[ChannelName.MAIL], on=[], hour=9, now=NOON)
        session.flush()
        erase(session, user)
        for table in (Notification, Delivery, Choice, Digest):
            assert set(session.scalars(select(table.user_id))) == {other.id}

    def test_the_last_owner_cannot_leave_and_nothing_is_half_done(self, session):
        user = a_user(session)
        organisation = an_organisation(session)
        a_membership(session, user, organisation)
        a_membership(session, a_user(session), organisation, Role.EDITOR)
        (obstacle,) = sole_owner_obstacles(session, acting(user))
        assert organisation.name in str(obstacle)
        with pytest.raises(Conflict):
            erase(session, user)

    def test_with_another_owner_nothing_stands_in_the_way(self, session):
        user = a_user(session)
        organisation = an_organisation(session)
        for one in (user, a_user(session)):
            a_membership(session, one, organisation)
        assert sole_owner_obstacles(session, acting(user)) == []

    def test_staff_give_their_role_back_first(self, session):
        user = a_user(session)
        assert queries.staff_obstacles(session, acting(user, Grant(Role.SUPERVISOR))) != []
        assert queries.staff_obstacles(session, acting(user)) == []

    def test_a_wrong_password_erases_nothing_and_is_counted(self, session):
        user = a_user(session)
        for _ in range(5):
            assert isinstance(erase(session, user, password="wrong-one"), Invalid)
        assert isinstance(erase(session, user), Locked)
        assert user.erased_at is None

    def test_nobody_erases_somebody_else(self, session):
        user, operator = a_user(session), a_user(session)
        with pytest.raises(NotAllowed):
            erase(session, user, actor=acting(operator, Grant(Role.OPERATOR)))

    def test_the_log_holds_and_never_knew_a_name(self, session):
        user = a_user(session)
        erase(session, user)
        finish(session)
        (entry,) = history_of(session, Subject("user", user.public_id))
        assert (entry.action, entry.actor, entry.detail.detail) == ("erase", user.public_id, {})
        assert verify(session) is None


class TestTheFile:
    def test_a_small_one_is_json_that_people_can_read(self):
        file = as_file({"account": {"name": "王小明", "at": NOON}})
        assert (file.name, file.kind) == ("jiebang-my-data.json", "application/json")
        assert json.loads(file.content) == {"account": {"name": "王小明", "at": "2026-06-01T04:00:00+00:00"}}
        assert "王小明".encode() in file.content

    def test_a_large_one_is_packed(self):
        file = as_file({"acts": list(range(1000))}, largest_plain=100)
        assert (file.name, file.kind) == ("jiebang-my-data.zip", "application/zip")
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            assert json.loads(archive.read("jiebang-my-data.json")) == {"acts": list(range(1000))}

    def test_of_acts_on_other_people_it_does_not_say_whose(self, session):
        user, other = a_user(session), a_user(session)
        organisation = an_organisation(session)
        for subject in (
            Subject("user", other.public_id),
            Subject("user", user.public_id),
            Subject("organisation", organisation.public_id),
        ):
            audit.record(session, actor=acting(user), action="x", subject=subject, now=NOON, name="秘密")
        finish(session)
        acts = queries.own_data(session, acting(user), KEYRING)["acts"]
        assert [act["subject"] for act in acts] == [
            "user",
            f"user:{user.public_id}",
            f"organisation:{organisation.public_id}",
        ]
        assert "秘密" not in str(acts)


@pytest.fixture
def user(database):
    user = a_user(database)
    database.commit()
    return user


class TestPages:
    def test_a_person_takes_a_copy_with_nothing_of_anybody_else(self, app, database, user):
        other = a_user(database, name="别人的名字")
        organisation = an_organisation(database)
        for one in (user, other):
            a_membership(database, one, organisation)
            queue(database, (one.email, "zh"), kind="account.already_registered", facts={}, now=NOON)
        database.commit()
        client = app.test_client()
        client.post("/login", data={"email": user.email, "password": PASSWORD})

        answer = client.post("/account/data/export")

        assert answer.headers["Content-Disposition"] == 'attachment; filename="jiebang-my-data.json"'
        assert answer.headers["Cache-Control"] == "no-store"
        copy = json.loads(answer.data)
        assert copy["account"]["email"] == user.email
        assert [one["name"] for one in copy["organisations"]] == [organisation.name]
        assert len(copy["letters"]) == 1
        assert copy["sessions"][0]["address"] == "127.0.0.1"
        assert {"sign_in", "export"} <= {act["action"] for act in copy["acts"]}
        for secret in (other.email, other.name, other.public_id, user.password_hash):
            assert secret not in answer.text

    def test_an_account_is_closed_with_its_password(self, app, database, user):
        email = user.email
        client, elsewhere = (a_browser_of(app, database, user) for _ in range(2))
        for typed in ({}, {"password": PASSWORD}, {"password": "wrong-one", "is_sure": "y"}):
            assert client.post("/account/erase", data=typed).status_code == 422
        assert client.post("/account/erase", data={"password": PASSWORD, "is_sure": "y"}).location == "/login"
        assert "账户已注销" in client.get("/login").text
        for browser in (client, elsewhere):
            assert browser.get("/account").location.startswith("/login")
        assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 422
        look_again(database)
        assert database.scalars(select(User.name)).all() == ["已注销用户"]

    @pytest.mark.parametrize("why", ["staff", "owner"])
    def test_what_stands_in_the_way_is_said_before_anything_is_asked(self, app, database, user, why):
        organisation = an_organisation(database)
        if why == "staff":
            a_staff_grant(database, user, Role.SUPERVISOR)
        else:
            a_membership(database, user, organisation)
        client = a_browser_of(app, database, user)
        page = client.get("/account/erase").text
        assert ("收回角色" if why == "staff" else organisation.name) in page
        assert 'name="password"' not in page
        client.post("/account/erase", data={"password": PASSWORD, "is_sure": "y"})
        look_again(database)
        assert user.erased_at is None

    def test_the_moment_is_kept(self, app, database, user):
        before = datetime.now(UTC)
        a_browser_of(app, database, user).post("/account/erase", data={"password": PASSWORD, "is_sure": "y"})
        look_again(database)
        assert user.erased_at >= before
