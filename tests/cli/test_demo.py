import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.achievements.models import Achievement
from marketplace.audit.models import AuditEntry
from marketplace.audit.queries import verify
from marketplace.challenges.models import Challenge
from marketplace.cli import seed
from marketplace.cli.demo_people import PASSWORD, PEOPLE
from marketplace.cli.people import actor_by_email
from marketplace.core.actor import Grant, Role
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation, OrganisationKind
from tests.conftest import NOON, make_app


def rows_of(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (seed.FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def loaded(flask):
    return flask("demo", "load")


def test_the_demo_says_what_it_added(loaded):
    counts = [len(rows_of(name)) for name in ("organisations", "achievements", "challenges")]

    assert loaded.exit_code == 0
    assert loaded.stdout == "演示数据：新增账户 11、单位 {}、成果 {}、榜单 {}。\n".format(*counts)


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


def test_every_organisation_is_verified(loaded, database):
    states = database.scalars(select(Organisation.state)).all()

    assert Counter(states) == {OrganisationState.VERIFIED: len(rows_of("organisations"))}


@pytest.mark.parametrize(("name", "model"), [("challenges", Challenge), ("achievements", Achievement)])
def test_everything_is_in_the_state_that_its_file_says(loaded, database, name, model):
    wanted = Counter((row["title"], row["state"], row.get("reason")) for row in rows_of(name))
    found = database.execute(select(model.title, model.state, model.state_reason))

    assert Counter((title, str(state), reason) for title, state, reason in found) == wanted


def test_what_happened_lies_before_now_in_order_and_deadlines_after(loaded, database):
    now = datetime.now(UTC)
    moments = database.scalars(select(AuditEntry.at).order_by(AuditEntry.number)).all()
    deadlines = database.scalars(select(Challenge.wanted_close_at)).all()

    assert moments == sorted(moments)
    assert now - timedelta(days=31) < moments[0]
    assert moments[-1] < now < min(deadlines)
    assert verify(database) is None


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
