"""The pages of members: roles, invitations from the owner's side and the invited one's, leaving."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from marketplace.accounts import terms
from marketplace.accounts.models import User
from marketplace.core.actor import Role
from marketplace.notifications.models import Delivery
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Invitation, Membership
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import PASSWORD, a_staff_grant, a_user
from tests.factories.approvals import a_department
from tests.factories.organisations import a_membership, an_invitation, an_organisation

TOKEN = "t" * 43
GOOD = {"name": "新同事", "password": PASSWORD, "consent": "y", "consent_version": terms.VERSION}


@pytest.fixture
def house(database):
    return an_organisation(database, name="嘉定膜材料研究所")


@pytest.fixture
def boss(database, house):
    user = a_user(database, name="王负责")
    a_membership(database, user, house)
    return user


@pytest.fixture
def owner(app, database, boss):
    return a_browser_of(app, database, boss)


def of(house, *more):
    return "/".join(("/organisations", house.public_id, *more))


def waiting(database, house, boss, **facts):
    invitation = an_invitation(
        database, house, boss, token=TOKEN, sent_at=datetime.now(UTC), expires_at=datetime(2999, 1, 1, tzinfo=UTC),
        **facts,
    )  # fmt: skip
    database.commit()
    return invitation


def role_of(database, user, house):
    look_again(database)
    here = Membership.user_id == user.id, Membership.organisation_id == house.id
    return database.scalar(select(Membership.role).where(*here))


def token_sent(database):
    look_again(database)
    letter = database.scalars(select(Delivery).where(Delivery.kind == "organisation.invitation")).all()[-1]
    return letter.facts["token"]


class TestInviting:
    def test_an_invited_colleague_registers_on_the_way_and_is_in(self, app, database, house, owner):
        part = a_department(database, house, name="膜材料室")
        database.commit()
        typed = {"email": "colleague@example.com", "role": "editor", "department": part.public_id}
        answer = owner.post(of(house, "members"), data=typed, follow_redirects=True).text
        assert "邀请已寄到 colleague@example.com" in answer
        assert "等待接受的邀请" in answer
        link = f"/invitations/{token_sent(database)}"

        guest = app.test_client()
        page = guest.get(link).text
        assert "“嘉定膜材料研究所”邀请你加入" in page
        assert "膜材料室" in page
        welcome = guest.post(f"{link}/register", data=GOOD, follow_redirects=True).text
        assert "你已是“嘉定膜材料研究所”的成员" in welcome
        look_again(database)
        joined = database.scalars(select(User).where(User.email == "colleague@example.com")).one()
        assert joined.email_verified_at is not None
        assert role_of(database, joined, house) is Role.EDITOR
        assert "新同事" in owner.get(of(house, "members")).text
        assert "等待接受的邀请" not in owner.get(of(house, "members")).text
        assert guest.get(link).status_code == 409

    def test_with_an_account_one_signs_in_and_accepts(self, app, database, house, boss):
        invited = a_user(database)
        waiting(database, house, boss, email=invited.email, role=Role.READER)
        guest, link = app.test_client(), f"/invitations/{TOKEN}"
        page = guest.get(link).text
        assert "这个邮箱已有账户" in page
        assert "注册并加入" not in page
        assert guest.post(f"{link}/accept").status_code == 401
        way = re.search(r'href="(/login\?next=[^"]+)"', page).group(1)
        back = guest.post(way, data={"email": invited.email, "password": PASSWORD})
        assert back.location == link
        answer = guest.post(f"{link}/accept", follow_redirects=True).text
        assert "现在以它的名义操作" in answer
        assert role_of(database, invited, house) is Role.READER

    def test_another_account_may_accept_and_is_told_which_it_is(self, app, database, house, boss):
        waiting(database, house, boss, email="office@example.com")
        user = a_user(database, email="private@example.com")
        guest = a_browser_of(app, database, user)
        page = guest.get(f"/invitations/{TOKEN}").text
        assert "office@example.com" in page
        assert "你现在登录的账户是 private@example.com" in page
        guest.post(f"/invitations/{TOKEN}/accept")
        assert role_of(database, user, house) is Role.EDITOR

    def test_an_address_with_an_account_does_not_register_again(self, app, database, house, boss):
        invited = a_user(database)
        waiting(database, house, boss, email=invited.email)
        answer = app.test_client().post(f"/invitations/{TOKEN}/register", data=GOOD)
        assert answer.status_code == 409
        assert "这个邮箱已有账户" in answer.text
        look_again(database)
        assert database.get(User, invited.id).name == invited.name

    def test_an_account_that_still_waited_for_its_letter_is_finished(self, app, database, house, boss):
        half = a_user(database, email_verified_at=None, name="陌生人填的")
        waiting(database, house, boss, email=half.email)
        app.test_client().post(f"/invitations/{TOKEN}/register", data=GOOD)
        look_again(database)
        assert database.get(User, half.id).name == "新同事"
        assert app.test_client().post("/login", data={"email": half.email, "password": PASSWORD}).status_code == 302

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"password": "short"}, "密码"),
            ({"consent": ""}, "同意"),
            ({"name": ""}, "请填写"),
            ({"name": "长" * 81}, "80"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, client, database, house, change, words):
        waiting(database, house, a_user(database))
        typed = {name: value for name, value in (GOOD | change).items() if value}
        answer = client.post(f"/invitations/{TOKEN}/register", data=typed)
        assert answer.status_code == 422
        assert words in answer.text
        assert typed.get("name", "") in answer.text
        assert "error-summary" in answer.text

    def test_declining_needs_no_account(self, app, database, house, boss, owner):
        waiting(database, house, boss)
        answer = app.test_client().post(f"/invitations/{TOKEN}/decline", follow_redirects=True)
        assert "已谢绝邀请" in answer.text
        assert "等待接受的邀请" not in owner.get(of(house, "members")).text

    @pytest.mark.parametrize("state", [OrganisationState.UNVERIFIED, OrganisationState.SUSPENDED])
    def test_who_was_invited_sees_who_invites_although_the_page_is_not_public(self, app, database, state):
        house = an_organisation(database, state=state)
        boss = a_user(database)
        a_membership(database, boss, house)
        waiting(database, house, boss)
        assert house.name in app.test_client().get(f"/invitations/{TOKEN}").text

    def test_a_dead_link_says_the_same_whatever_it_was(self, app, database, house, boss, owner):
        invitation = waiting(database, house, boss)
        owner.post(of(house, "invitations", invitation.public_id, "withdraw"))
        answers = {
            app.test_client().get(f"/invitations/{token}").text.replace(token, "") for token in (TOKEN, "u" * 43)
        }
        assert len(answers) == 1
        assert "这个邀请已失效" in answers.pop()

    def test_sending_again_has_its_pause_and_says_so(self, database, house, boss, owner):
        invitation = waiting(database, house, boss)
        answer = owner.post(of(house, "invitations", invitation.public_id, "resend"))
        assert answer.status_code == 409
        assert "分钟后再寄" in answer.text

    def test_nonsense_in_the_form_breaks_nothing(self, database, house, owner):
        for typed in (
            {},
            {"email": "x", "role": "king"},
            {"email": "a@example.com", "role": "editor", "department": "?"},
        ):
            answer = owner.post(of(house, "members"), data=typed)
            assert answer.status_code in (302, 422)
        answer = owner.post(of(house, "members"), data={"email": "not an address", "role": "reader"})
        assert answer.status_code == 422
        assert 'value="not an address"' in answer.text

    def test_a_foreign_invitation_is_not_found(self, database, house, owner):
        other = an_organisation(database)
        invitation = an_invitation(database, other, a_user(database))
        database.commit()
        for action in ("resend", "withdraw"):
            assert owner.post(of(house, "invitations", invitation.public_id, action)).status_code == 404
        assert database.scalar(select(Invitation.state).where(Invitation.id == invitation.id)) == "waiting"


class TestRoles:
    def test_the_last_owner_stays_on_every_way(self, database, house, boss, owner):
        for answer in (
            owner.post(of(house, "members", boss.public_id, "role"), data={"role": "reader"}),
            owner.post(of(house, "members", boss.public_id, "remove")),
            owner.post(of(house, "leave")),
            owner.post("/account/erase", data={"password": PASSWORD, "is_sure": "y"}),
        ):
            assert answer.status_code in (409, 200, 422)
            assert "负责人" in answer.text
        assert role_of(database, boss, house) is Role.OWNER

    def test_an_owner_whose_account_is_blocked_is_none(self, database, house, boss, owner):
        second = a_user(database, disabled_at=datetime(2026, 1, 1, tzinfo=UTC))
        a_membership(database, second, house)
        database.commit()
        assert owner.post(of(house, "members", boss.public_id, "remove")).status_code == 409
        assert "账户已停用" in owner.get(of(house, "members")).text

    def test_the_last_owner_names_another_and_goes(self, database, house, boss, owner):
        heir = a_user(database, name="李接任")
        a_membership(database, heir, house, Role.READER)
        database.commit()
        assert "李接任" in owner.get(of(house, "leave")).text
        for chosen in ("", "nobody", boss.public_id):
            assert owner.post(of(house, "leave"), data={"successor": chosen}).status_code == 422
        owner.post(of(house, "leave"), data={"successor": heir.public_id})
        assert role_of(database, heir, house) is Role.OWNER
        assert role_of(database, boss, house) is None

    def test_others_leave_by_one_button(self, app, database, house, boss):
        member = a_user(database)
        a_membership(database, member, house, Role.EDITOR)
        browser = a_browser_of(app, database, member)
        assert "接任的负责人" not in browser.get(of(house, "leave")).text
        answer = browser.post(of(house, "leave"), follow_redirects=True)
        assert f"你已退出“{house.name}”" in answer.text
        assert role_of(database, member, house) is None

    def test_a_member_hears_of_a_new_role_and_of_the_end(self, app, database, house, owner):
        member = a_user(database)
        a_membership(database, member, house, Role.EDITOR)
        browser = a_browser_of(app, database, member)
        owner.post(of(house, "members", member.public_id, "role"), data={"role": "approver"})
        owner.post(of(house, "members", member.public_id, "remove"))
        told = browser.get("/inbox").text
        assert "您的角色已调整" in told
        assert "您已不是成员" in told

    def test_an_operator_helps_where_no_owner_is_left(self, app, database, house, boss):
        heir, operator = a_user(database), a_user(database)
        a_membership(database, heir, house, Role.EDITOR)
        a_staff_grant(database, operator, Role.OPERATOR)
        browser = a_browser_of(app, database, operator)
        browser.post(of(house, "members", heir.public_id, "role"), data={"role": "owner"})
        assert role_of(database, heir, house) is Role.OWNER
        assert browser.get(of(house, "departments")).status_code == 403
