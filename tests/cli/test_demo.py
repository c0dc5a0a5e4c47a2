import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.achievements.models import Achievement
from marketplace.approvals.lifecycle import ApprovalState
from marketplace.approvals.models import Approval
from marketplace.audit.models import AuditEntry
from marketplace.audit.queries import verify
from marketplace.bulk.models import BulkRow
from marketplace.challenges.models import Challenge
from marketplace.cli import seed
from marketplace.cli.demo_people import PASSWORD, PEOPLE
from marketplace.cli.people import actor_by_email
from marketplace.core.actor import Grant, Role
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation, OrganisationKind
from marketplace.questions.models import Question
from marketplace.web.transaction import writing
from tests.conftest import NOON, make_app


def rows_of(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (seed.FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def loaded(flask):
    return flask("demo", "load")


def test_the_demo_says_what_it_added(loaded):
    assert loaded.exit_code == 0
    assert loaded.stdout == "演示数据：新增账户 12、单位 20、成果 60、榜单 36。\n"


def test_loading_the_demo_twice_changes_nothing(loaded, flask, database):
    before = database.scalar(select(func.count()).select_from(AuditEntry))
    again = flask("demo", "load")
    database.rollback()

    assert again.stdout == "演示数据：新增账户 0、单位 0、成果 0、榜单 0。\n"
    assert database.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_every_account_has_its_role_and_the_password_that_is_printed(loaded, database):
    granted = {}
    for person in PEOPLE:
        actor = actor_by_email(database, person.email, now=NOON)
        user = database.get_one(User, actor.user_id)
        assert passwords.matches(user.password_hash, PASSWORD)
        assert user.email_verified_at is not None
        granted[person.login] = {(grant.role, grant.area) for grant in actor.grants}

    assert granted == {
        "operator": {(Role.OPERATOR, None)},
        "enterprise": {(Role.OWNER, None)},
        "enterprise2": {(Role.OWNER, None)},
        "enterprise3": {(Role.OWNER, None)},
        "institute": {(Role.OWNER, None)},
        "institute2": {(Role.OWNER, None)},
        "institute3": {(Role.OWNER, None)},
        "agent": {(Role.OWNER, None)},
        "area": {(Role.AREA_OFFICER, "anting")},
        "supervisor": {(Role.SUPERVISOR, None)},
        "finance": {(Role.FINANCE_OFFICER, None)},
        "approver": {(Role.APPROVER, None)},
    }


def test_members_belong_where_their_names_say(loaded, database):
    def organisation_of(email: str) -> Organisation:
        (grant,) = actor_by_email(database, email, now=NOON).grants
        assert isinstance(grant, Grant)
        return database.get_one(Organisation, grant.organisation_id)

    homes = [organisation_of(f"{login}@demo.jiebang.cn") for login in ("enterprise", "enterprise2", "agent")]
    institute, approver = (organisation_of(f"{login}@demo.jiebang.cn") for login in ("institute", "approver"))

    assert [home.kind for home in homes] == [
        OrganisationKind.ENTERPRISE,
        OrganisationKind.ENTERPRISE,
        OrganisationKind.AGENCY,
    ]
    assert homes[0] is not homes[1]
    assert institute is approver


def test_one_organisation_waits_for_an_operator_and_all_others_are_verified(loaded, database):
    states = database.scalars(select(Organisation.state)).all()
    waiting = database.scalars(select(Organisation).where(Organisation.state == OrganisationState.SUBMITTED)).one()

    assert Counter(states) == {OrganisationState.VERIFIED: 19, OrganisationState.SUBMITTED: 1}
    assert len({one.date() for one in database.scalars(select(Organisation.verified_at)) if one}) > 10
    assert actor_by_email(database, "enterprise3@demo.jiebang.cn", now=NOON).owns(waiting.id)
    assert actor_by_email(database, "area@demo.jiebang.cn", now=NOON).areas == {waiting.area}


def test_each_direction_has_three_challenges_and_five_achievements():
    for name, each in (("challenges", 3), ("achievements", 5)):
        directions = Counter(row["direction"] for row in rows_of(name))
        assert set(directions.values()) == {each}
        assert len(directions) == 12


@pytest.mark.parametrize(("name", "model"), [("challenges", Challenge), ("achievements", Achievement)])
def test_everything_is_in_the_state_that_its_file_says(loaded, database, name, model):
    wanted = Counter((row["title"], row["state"], row.get("reason")) for row in rows_of(name))
    found = database.execute(select(model.title, model.state, model.state_reason))

    assert Counter((title, str(state), reason) for title, state, reason in found) == wanted


def test_what_happened_lies_before_now_in_order_and_deadlines_after(loaded, database):
    now = datetime.now(UTC)
    moments = database.scalars(select(AuditEntry.at).order_by(AuditEntry.number)).all()
    challenges = database.scalars(select(Challenge).order_by(Challenge.wanted_close_at)).all()
    closed, closes_soon = challenges[0], challenges[1]

    assert moments == sorted(moments)
    assert now - timedelta(days=61) < moments[0]
    assert moments[-1] < now
    assert verify(database) is None
    assert closed.published_at + timedelta(days=1) < closed.bids_close_at < now
    assert now < closes_soon.bids_close_at < now + timedelta(days=7)


def test_of_what_the_university_releases_itself_one_was_handed_in_and_one_waits(loaded, database):
    found = database.scalars(select(Approval).order_by(Approval.asked_at)).all()
    approver = actor_by_email(database, "approver@demo.jiebang.cn", now=NOON)
    released, waiting = found

    assert [approval.state for approval in found] == [ApprovalState.HANDED_IN, ApprovalState.ASKED]
    assert released.decided_by == approver.user_id != released.asked_by
    assert database.scalars(select(Achievement.state).where(Achievement.title == released.title)).one() == "submitted"
    assert database.scalars(select(Achievement.state).where(Achievement.title == waiting.title)).one() == "draft"


@pytest.mark.parametrize(
    ("login", "model", "state"),
    [
        ("enterprise", Challenge, "returned"),
        ("enterprise", Achievement, "draft"),
        ("enterprise2", Challenge, "draft"),
        ("institute", Achievement, "returned"),
        ("institute2", Achievement, "draft"),
        ("institute3", Achievement, "submitted"),
        ("agent", Achievement, "returned"),
    ],
)
def test_those_who_write_have_something_in_hand(loaded, database, login, model, state):
    (organisation_id,) = actor_by_email(database, f"{login}@demo.jiebang.cn", now=NOON).organisation_ids
    own = database.scalars(select(model).where(model.organisation_id == organisation_id, model.state == state)).all()

    assert own
    assert all(thing.state_reason for thing in own) is (state == "returned")


def test_a_listing_has_to_be_renewed_soon(loaded, database):
    now = datetime.now(UTC)
    (organisation_id,) = actor_by_email(database, "institute3@demo.jiebang.cn", now=NOON).organisation_ids
    first = database.scalars(
        select(Achievement)
        .where(Achievement.organisation_id == organisation_id, Achievement.state == "listed")
        .order_by(Achievement.listed_until)
    ).first()

    assert now < first.listed_until < now + timedelta(days=14)


def test_questions_wait_for_their_posters_and_others_are_answered(loaded, database):
    asked = database.scalars(select(Question).options(joinedload(Question.challenge))).all()
    waiting = Counter(one.challenge.organisation_id for one in asked if one.answer is None)
    homes = {
        login: next(iter(actor_by_email(database, f"{login}@demo.jiebang.cn", now=NOON).organisation_ids))
        for login in ("enterprise", "enterprise2", "agent")
    }

    assert waiting == {homes["enterprise"]: 1, homes["enterprise2"]: 1}
    assert any(one.answer and one.organisation_id == homes["agent"] for one in asked)
    assert all(one.answered_at > one.asked_at for one in asked if one.answer)


@pytest.mark.parametrize("gone", [frozenset({"a48"}), frozenset({"a18"}), frozenset({"a48", "a18", "c01"})])
def test_an_older_demo_is_filled_up(loaded, flask, app, gone):
    with app.app_context(), writing() as session:
        session.execute(delete(BulkRow).where(BulkRow.external_id.in_(gone)))

    again = flask("demo", "load")

    assert again.exit_code == 0
    achievements, challenges = (sum(one[0] == letter for one in gone) for letter in "ac")
    assert again.stdout == f"演示数据：新增账户 0、单位 0、成果 {achievements}、榜单 {challenges}。\n"


def test_things_happen_in_office_hours():
    assert seed.office_time(datetime(2026, 6, 1, 18, 0, tzinfo=UTC)).isoformat() == "2026-06-02T09:40:00+08:00"


def test_the_accounts_are_printed_for_people_and_for_programs(loaded, flask):
    printed = flask("demo", "accounts").stdout.splitlines()
    found = json.loads(flask("demo", "accounts", "--json").stdout)

    assert printed[0] == "operator@demo.jiebang.cn\t运营专员"
    assert printed[1].startswith("enterprise@demo.jiebang.cn\t负责人\t上海")
    assert printed[-1] == f"密码：{PASSWORD}"
    assert found["password"] == PASSWORD
    assert [account["email"] for account in found["accounts"]] == [person.email for person in PEOPLE]
    assert found["accounts"][0] == {"email": "operator@demo.jiebang.cn", "role": "operator", "organisation": None}


def test_accounts_that_are_not_there_are_not_printed(flask):
    assert json.loads(flask("demo", "accounts", "--json").stdout) == {"accounts": [], "password": None}
    assert flask("demo", "accounts").stdout == "还没有演示账户，先运行：flask --app wsgi demo load\n"


@pytest.mark.parametrize("command", ["load", "accounts"])
def test_production_has_no_demo(sqlite_url, tmp_path, command):
    app = make_app(sqlite_url, tmp_path, mode="production")

    refused = app.test_cli_runner().invoke(args=["demo", command])

    assert (refused.exit_code, refused.stderr) == (1, "只有演示环境（MODE=demo）才有演示数据和演示账户。\n")
