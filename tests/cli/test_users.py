import pytest
from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import TotpFactor
from marketplace.accounts.queries import find_user
from marketplace.cli.people import actor_by_email
from marketplace.core.actor import Grant, Role
from marketplace.core.errors import NotFound
from marketplace.organisations.models import Membership
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.factors import a_factor
from tests.factories.organisations import a_membership

EMAIL = "person@example.com"


@pytest.fixture
def person(database):
    user = a_user(database, email=EMAIL)
    database.commit()
    return user


@pytest.fixture
def grants(database):
    def held() -> frozenset[Grant]:
        database.rollback()
        return actor_by_email(database, EMAIL, now=NOON).grants

    return held


def test_an_account_is_made_with_a_password_from_standard_input(flask, database):
    done = flask("users", "create", "New@Example.com", "--name", "某人", "--password-stdin", stdin="Long-enough-2026\n")

    user = find_user(database, "new@example.com")
    assert (done.exit_code, done.stdout) == (0, "已建立账户 New@Example.com，邮箱视为已验证。\n")
    assert user is not None
    assert user.email_verified_at is not None
    assert passwords.matches(user.password_hash, "Long-enough-2026")


def test_a_password_is_asked_for_twice_and_never_shown(flask, database):
    done = flask("users", "create", "new@example.com", "--name", "某人", stdin="Long-enough-2026\n" * 2)

    assert done.exit_code == 0
    assert "Long-enough" not in done.output
    assert find_user(database, "new@example.com") is not None


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("nobody", "Long-enough-2026", "请填写完整的邮箱地址"),
        ("new@example.com", "short", "密码至少"),
        (EMAIL, "Long-enough-2026", "这个邮箱已有账户。"),
    ],
)
def test_an_account_that_cannot_be_is_refused(flask, person, email, password, reason):
    refused = flask("users", "create", email, "--name", "某人", "--password-stdin", stdin=f"{password}\n")

    assert refused.exit_code == 1
    assert refused.stderr.startswith(reason)


def test_a_staff_role_is_granted(flask, person, grants):
    done = flask("users", "grant", EMAIL, "operator")

    assert (done.exit_code, done.stdout) == (0, f"{EMAIL} 现在有角色 operator（全平台）。\n")
    assert grants() == {Grant(Role.OPERATOR)}


def test_an_area_officer_is_granted_an_area(flask, person, grants):
    assert flask("users", "grant", EMAIL, "area_officer", "--area", "anting").exit_code == 0
    assert grants() == {Grant(Role.AREA_OFFICER, area="anting")}


def test_a_member_is_granted_a_role_in_an_organisation_and_later_another_one(flask, person, organisation, grants):
    for role in ("editor", "editor", "owner"):
        assert flask("users", "grant", EMAIL, role, "--organisation", organisation.code).exit_code == 0

    assert grants() == {Grant(Role.OWNER, organisation.id)}


def test_the_last_owner_stays_one(flask, person, organisation, grants, database):
    a_membership(database, person, organisation)
    database.commit()

    refused = flask("users", "grant", EMAIL, "reader", "--organisation", organisation.code)

    assert refused.exit_code == 1
    assert database.scalars(select(Membership.role)).all() == [Role.OWNER]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["stranger@example.com", "operator"], "没有邮箱为 stranger@example.com 的账户。"),
        ([EMAIL, "area_officer"], "街镇专员必须写明街镇，其他角色没有街镇。"),
        ([EMAIL, "area_officer", "--area", "mars"], "没有代码为“mars”的街镇或园区。"),
        ([EMAIL, "editor"], "单位成员的角色要用 --organisation 写明单位，平台角色不写。"),
        ([EMAIL, "operator", "--organisation", "X"], "单位成员的角色要用 --organisation 写明单位，平台角色不写。"),
        ([EMAIL, "editor", "--organisation", "X"], "没有代码为 X 的单位。"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(flask, person, grants, words, reason):
    refused = flask("users", "grant", *words)

    assert (refused.exit_code, refused.stderr) == (1, f"{reason}\n")
    assert grants() == frozenset()


def test_somebody_who_was_disabled_acts_no_more(database, person):
    person.disabled_at = NOON
    database.flush()

    with pytest.raises(NotFound):
        actor_by_email(database, EMAIL, now=NOON)


def test_a_lost_second_factor_is_reset(flask, app, database, person):
    assert flask("users", "reset-factor", EMAIL).stderr == "这个账户还没有启用两步验证。\n"
    a_factor(database, person, KeyRing(app.config["JIEBANG"].seal_key))
    database.commit()

    assert flask("users", "reset-factor", EMAIL).stdout == f"{EMAIL} 的两步验证已重置，登录都已结束。\n"

    database.expire_all()
    assert database.scalars(select(TotpFactor)).all() == []


def test_a_token_is_printed_once_and_revoked_by_its_name(flask, app, person, organisation, database):
    a_membership(database, person, organisation)
    database.commit()
    words = ("users", "token", EMAIL, "--name", "夜间同步")

    made = flask(*words, "--scope", "account:read", "--organisation", organisation.code, "--days", "30")

    asking = {"Authorization": f"Bearer {made.stdout.strip()}"}
    me = app.test_client().get("/api/v1/account/me", headers=asking)
    assert (made.exit_code, me.status_code) == (0, 200)
    assert me.get_json()["organisation"]["name"] == organisation.name
    assert flask(*words, "--revoke").stdout == "已吊销 1 个令牌。\n"
    assert app.test_client().get("/api/v1/account/me", headers=asking).status_code == 401


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "请至少选择一项权限。"),
        (["--scope", "everything"], "没有权限“everything”。"),
        (["--scope", "account:read", "--days", "400"], "有效期是 1 到 365 天。"),
        (["--scope", "account:read", "--organisation", "X"], "没有代码为 X 的单位。"),
    ],
)
def test_a_token_that_cannot_be_is_refused(flask, person, words, reason):
    refused = flask("users", "token", EMAIL, "--name", "x", *words)

    assert (refused.exit_code, refused.stderr) == (1, f"{reason}\n")


def test_nobody_gets_a_token_for_an_organisation_of_others(flask, person, organisation):
    refused = flask(
        "users", "token", EMAIL, "--name", "x", "--scope", "account:read", "--organisation", organisation.code
    )

    assert (refused.exit_code, refused.stderr) == (1, "这个人不是该单位的成员。\n")
