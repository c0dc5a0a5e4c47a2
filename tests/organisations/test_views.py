import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import UserSession
from marketplace.core.actor import Role
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Membership, Organisation, OrganisationKind
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.organisations import a_code, a_membership, an_organisation

S = OrganisationState
TYPED = {
    "code": "９１３１０１１４ｍａ１ａｂｃ１２３ａ",
    "name": "嘉定膜材料有限公司",
    "kind": "enterprise",
    "size": "small",
    "area": "anting",
    "introduction": "做质子膜。",
}
GOOD_REASON = "证书与名称不符。"


@pytest.fixture
def operator(app, database):
    user = a_user(database, name="运营员张三")
    a_staff_grant(database, user, Role.OPERATOR)
    return a_browser_of(app, database, user)


def a_member_browser(app, database, organisation, role=Role.OWNER, **overrides):
    user = a_user(database, **overrides)
    a_membership(database, user, organisation, role)
    return a_browser_of(app, database, user)


def page_of(organisation, *more):
    return "/".join(("/organisations", organisation.public_id, *more))


def stored(database, organisation):
    look_again(database)
    return database.scalars(select(Organisation).where(Organisation.id == organisation.id)).one()


class TestTheList:
    def test_strangers_read_verified_ones_and_narrow_them(self, client, database):
        university = an_organisation(database, name="嘉定大学", kind=OrganisationKind.UNIVERSITY)
        company = an_organisation(database, name="膜材料公司")
        hidden = an_organisation(database, name="未认证公司", state=S.SUBMITTED)
        database.commit()

        page = client.get("/organisations").text
        assert "共 2 家" in page
        assert [one.name in page for one in (university, company, hidden)] == [True, True, False]

        narrowed = client.get("/organisations?kind=university&q=大学&sort=name").text
        assert [one.name in narrowed for one in (university, company)] == [True, False]

    def test_an_empty_list_says_what_to_do(self, client):
        assert "没有符合的单位" in client.get("/organisations?q=没有").text

    @pytest.mark.parametrize(
        "query", ["kind=spaceship", "state=secret", "sort=random", "page=0", "page=x", "area=moon", "q=%00"]
    )
    def test_nonsense_in_the_address_narrows_nothing_and_breaks_nothing(self, client, query):
        assert client.get(f"/organisations?{query}").status_code == 200

    def test_operators_filter_by_state(self, operator, client, database):
        waiting = an_organisation(database, state=S.SUBMITTED)
        database.commit()
        assert waiting.name in operator.get("/organisations?state=submitted").text
        assert waiting.name not in client.get("/organisations?state=submitted").text

    def test_a_list_of_many_is_paged_in_the_same_number_of_queries(self, client, database):
        for _ in range(25):
            an_organisation(database)
        database.commit()
        assert "下一页" in client.get("/organisations").text
        assert client.get("/organisations?page=2").text.count('class="row-title"') == 5


class TestFounding:
    def test_a_person_registers_hands_in_and_hears_of_it(self, app, database, operator):
        owner = a_browser_of(app, database, a_user(database))

        response = owner.post("/organisations/new", data=TYPED)

        organisation = database.scalars(select(Organisation)).one()
        assert response.location == page_of(organisation) + "?saved=organisation-new"
        assert organisation.code == "91310114MA1ABC123A"
        page = owner.get(response.location).text
        assert "未认证" in page
        assert "提交认证" in page
        assert "通过认证" not in page
        assert owner.post(page_of(organisation, "submit")).location == page_of(organisation)
        assert "认证审核中" in owner.get(page_of(organisation)).text

        assert "通过认证" in operator.get(page_of(organisation)).text
        assert operator.post(page_of(organisation, "verify")).location == page_of(organisation)

        assert stored(database, organisation).state is S.VERIFIED
        assert "已认证" in app.test_client().get(page_of(organisation)).text

    def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(self, app, database):
        client = a_browser_of(app, database, a_user(database))
        response = client.post("/organisations/new", data=TYPED | {"code": "9131O114MA1ABC123A"})
        assert response.status_code == 422
        assert "第 5 位的“O”不可能出现" in response.text
        assert 'value="9131O114MA1ABC123A"' in response.text
        assert TYPED["name"] in response.text
        assert re.search(r'<option selected value="anting">', response.text)

    def test_a_code_that_is_taken_says_whom_to_ask(self, app, database):
        there = an_organisation(database)
        client = a_browser_of(app, database, a_user(database))
        response = client.post("/organisations/new", data=TYPED | {"code": there.code})
        assert response.status_code == 422
        assert "这个代码已有单位登记" in response.text
        assert there.name not in response.text

    def test_an_unusual_code_for_the_kind_is_a_question(self, app, database):
        owner = a_browser_of(app, database, a_user(database))
        response = owner.post("/organisations/new", data=TYPED | {"kind": "university"})
        assert response.status_code == 302
        assert "高校的代码通常以" in owner.get(response.location).text

    def test_strangers_sign_in_first(self, client):
        assert client.get("/organisations/new").location == "/login?next=/organisations/new"
        assert client.post("/organisations/new", data=TYPED).status_code == 401


class TestEditing:
    def test_an_owner_changes_what_was_not_verified(self, app, database):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation)
        page = owner.get(page_of(organisation, "edit")).text
        assert 'name="code"' not in page
        version = re.search(r'name="version"[^>]* value="(\d+)"', page).group(1)

        typed = {"introduction": "新的简介", "size": "large", "area": "", "version": version}
        assert owner.post(page_of(organisation, "edit"), data=typed).status_code == 302

        now = stored(database, organisation)
        assert (now.introduction, now.size, now.area, now.name) == ("新的简介", "large", None, organisation.name)

    def test_the_second_of_two_keeps_what_was_typed_and_is_told(self, app, database):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation)
        typed = {"introduction": "第二个人写的", "size": "", "area": "", "version": "0"}
        response = owner.post(page_of(organisation, "edit"), data=typed)
        assert response.status_code == 409
        assert "第二个人写的" in response.text
        assert "资料已被别人改过" in response.text

        version = re.search(r'name="version"[^>]* value="(\d+)"', response.text).group(1)
        again = owner.post(page_of(organisation, "edit"), data=typed | {"version": version})

        assert again.status_code == 302
        assert stored(database, organisation).introduction == "第二个人写的"

    @pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.APPROVER])
    def test_only_owners_edit(self, app, database, role):
        organisation = an_organisation(database)
        assert a_member_browser(app, database, organisation, role).get(page_of(organisation, "edit")).status_code == 403

    def test_what_one_may_not_see_is_not_found(self, app, database):
        hidden = an_organisation(database, state=S.UNVERIFIED)
        stranger = a_browser_of(app, database, a_user(database))
        for address in (page_of(hidden), page_of(hidden, "edit"), "/organisations/abcdefghijkm", "/organisations/1"):
            assert stranger.get(address).status_code == 404


class TestVerification:
    def test_a_rejection_needs_a_reason_that_only_its_people_read(self, app, database, operator):
        organisation = an_organisation(database, state=S.SUBMITTED)
        owner = a_member_browser(app, database, organisation)

        refused = operator.post(page_of(organisation, "reject"), data={"reason": " "})
        assert refused.status_code == 422
        assert "请写明理由" in refused.text

        assert operator.post(page_of(organisation, "reject"), data={"reason": GOOD_REASON}).status_code == 302
        assert GOOD_REASON in owner.get(page_of(organisation)).text

    def test_a_long_reason_is_kept_for_correction(self, database, operator):
        organisation = an_organisation(database, state=S.SUBMITTED)
        database.commit()
        reason = "长" * 501
        response = operator.post(page_of(organisation, "reject"), data={"reason": reason})
        assert response.status_code == 422
        assert reason in response.text

    def test_a_step_out_of_turn_a_strangers_step_and_an_unknown_one(self, app, database, operator):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation)
        assert operator.post(page_of(organisation, "verify")).status_code == 409
        assert owner.post(page_of(organisation, "suspend"), data={"reason": "x"}).status_code == 403
        assert owner.post(page_of(organisation, "explode")).status_code == 404
        assert owner.get(page_of(organisation, "submit")).status_code == 405

    def test_a_page_that_is_out_of_date_decides_nothing(self, database, operator):
        organisation = an_organisation(database, state=S.SUBMITTED)
        database.commit()
        assert operator.post(page_of(organisation, "verify"), data={"version": "0"}).status_code == 409
        assert stored(database, organisation).state is S.SUBMITTED

    def test_its_history_is_for_its_people_and_names_nobody(self, app, database, operator, client):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation)
        operator.post(page_of(organisation, "suspend"), data={"reason": GOOD_REASON})
        operator.post(page_of(organisation, "reinstate"))
        page = owner.get(page_of(organisation)).text
        assert "暂停资格" in page
        assert "运营专员" in page
        assert "运营员张三" not in page
        assert "暂停资格" not in client.get(page_of(organisation)).text

    def test_a_suspended_one_disappears_from_strangers(self, database, operator, client):
        organisation = an_organisation(database)
        database.commit()
        operator.post(page_of(organisation, "suspend"), data={"reason": GOOD_REASON})
        assert client.get(page_of(organisation)).status_code == 404


class TestMembers:
    def test_strangers_read_no_names(self, app, database, client):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation, name="王小明", email="wang@example.com")
        assert "wang@example.com" in owner.get(page_of(organisation)).text
        stranger_reads = client.get(page_of(organisation)).text
        assert "王小明" not in stranger_reads
        assert "wang@example.com" not in stranger_reads

    def test_an_owner_changes_a_role_and_removes_a_member(self, app, database):
        organisation = an_organisation(database)
        owner = a_member_browser(app, database, organisation)
        other = a_user(database)
        number = a_membership(database, other, organisation, Role.READER).id
        database.commit()
        address = page_of(organisation, "members", other.public_id)

        assert owner.post(f"{address}/role", data={"role": "editor"}).status_code == 302
        look_again(database)
        assert database.get(Membership, number).role is Role.EDITOR
        assert owner.post(f"{address}/role", data={"role": "operator"}).status_code == 422

        assert owner.post(f"{address}/remove").status_code == 302
        look_again(database)
        assert database.get(Membership, number) is None

    def test_the_last_owner_stays_and_others_manage_nobody(self, app, database):
        organisation = an_organisation(database)
        user = a_user(database)
        a_membership(database, user, organisation)
        owner = a_browser_of(app, database, user)
        editor = a_member_browser(app, database, organisation, Role.EDITOR)
        address = page_of(organisation, "members", user.public_id, "remove")
        assert owner.post(address).status_code == 409
        assert editor.post(address).status_code == 403


class TestSwitching:
    def test_a_person_switches_between_their_organisations(self, app, database):
        first, second, foreign = (an_organisation(database) for _ in range(3))
        user = a_user(database)
        for organisation in (first, second):
            a_membership(database, user, organisation)
        client = a_browser_of(app, database, user)

        assert client.post("/organisations/switch", data={"organisation": second.public_id}).location == "/workbench"

        assert database.scalars(select(UserSession.organisation_id)).one() == second.id
        assert client.post("/organisations/switch", data={"organisation": foreign.public_id}).status_code == 403
        assert client.post("/organisations/switch", data={"organisation": "\0"}).status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages(app, database, operator, language):
    organisation = an_organisation(database, name_en="Membrane Works", introduction_en="We make membranes.")
    owner = a_member_browser(app, database, organisation)
    for address in ("/organisations", "/organisations/new", page_of(organisation), page_of(organisation, "edit")):
        for browser in (owner, operator):
            response = browser.get(address, query_string={"lang": language})
            assert response.status_code == 200
            assert response.text.count("<h1") == 1


def test_a_script_in_a_name_or_address_is_only_text(client, database):
    organisation = an_organisation(database, name="<script>alert(1)</script>", introduction="<b>x</b>", code=a_code())
    database.commit()
    page = client.get(page_of(organisation)).text
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
