"""A university's approval, as its people see it: page, import and command line alike."""

import json
import re

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.achievements.services import matter_of
from marketplace.approvals.lifecycle import ApprovalState
from marketplace.approvals.models import Approval
from marketplace.approvals.queries import rules_of
from marketplace.core.actor import Role
from marketplace.notifications.models import Delivery
from marketplace.organisations.models import Department, Membership
from tests.accounts.browser import a_browser_of, look_again
from tests.approvals.conftest import a_university
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.achievements import TEXT, an_achievement
from tests.factories.approvals import a_request, a_rule
from tests.factories.organisations import a_membership, an_organisation

S, A = AchievementState, ApprovalState
TYPED = {
    "title": TEXT["title"],
    "summary": TEXT["summary"],
    "description": TEXT["description"],
    "direction": "membranes",
    "topics": "质子交换膜",
    "readiness": "5",
    "readiness_evidence": TEXT["readiness_evidence"],
    "inventors": "林远、周一平",
    "cooperation": ["licence"],
    "area": "anting",
    "has_no_state_secrets": "y",
}


@pytest.fixture
def campus(database):
    campus = a_university(database)
    a_rule(database, campus.organisation, department=campus.materials)
    database.commit()
    return campus


@pytest.fixture
def browser(app, database, campus):
    def of(name):
        return a_browser_of(app, database, campus.people[name], organisation_id=campus.organisation.id)

    return of


def the_one(database, model):
    look_again(database)
    return database.scalars(select(model).order_by(model.id.desc())).first()


def letters(database):
    look_again(database)
    return [one.kind for one in database.scalars(select(Delivery).order_by(Delivery.id))]


def test_a_universitys_approval(app, database, campus, browser, tmp_path):
    editor, approver = browser("materials editor"), browser("materials approver")
    form = editor.get("/achievements/new").text
    assert "保存并提请单位审核" in form
    assert "医学院" not in form, "one's own department is the only choice"

    # The editor fills it in: it goes to the approver, not to the platform.
    answer = editor.post("/achievements/new", data=TYPED | {"submit": "1"}, follow_redirects=True)
    assert "已保存，并提请单位内部审核" in answer.text
    achievement, approval = the_one(database, Achievement), the_one(database, Approval)
    assert (achievement.state, approval.state, achievement.department_id) == (S.DRAFT, A.ASKED, campus.materials.id)
    page = f"/achievements/{achievement.public_id}"

    # The same editor cannot go round it: page, import, command line.
    shown = editor.get(page).text
    assert "等待放行" in shown
    assert f'action="{page}/submit"' not in shown
    assert editor.post(f"{page}/submit").status_code == 409
    assert editor.post(f"/approvals/{approval.public_id}/release").status_code == 403
    edit = TYPED | {"submit": "1", "version": str(achievement.version), "department": campus.medicine.public_id}
    assert editor.post(f"{page}/edit", data=edit).status_code == 422, "another department is none of theirs"
    lines = tmp_path / "rows.jsonl"
    lines.write_text(json.dumps({"id": "x-1", "title": "绕行", "summary": "绕过审核的成果。"}), encoding="utf-8")
    command = ["import", "achievements", str(lines), "--organisation", campus.organisation.code]
    person = ["--as", campus.people["materials editor"].email]
    run = app.test_cli_runner().invoke
    assert "只有运营专员能批量发布" in run(args=[*command, *person, "--publish"]).output
    assert "导入 1 行" in run(args=[*command, *person]).output
    imported = the_one(database, Achievement)
    assert (imported.title, imported.state, imported.department_id) == ("绕行", S.DRAFT, campus.materials.id)
    assert editor.post(f"/achievements/{imported.public_id}/submit").status_code in (409, 422)

    # The approver of another department sees it and has no say.
    stranger = browser("medicine approver")
    assert "放行并提交" not in stranger.get(page).text
    assert stranger.post(f"/approvals/{approval.public_id}/release").status_code == 403

    # The approver finds it on the workbench and returns it, with a reason.
    assert "单位内部审核：等你放行" in approver.get("/workbench").text
    refused = approver.post(f"/approvals/{approval.public_id}/return", data={"reason": " "})
    assert (refused.status_code, "请写明退回的理由" in refused.text) == (422, True)
    approver.post(f"/approvals/{approval.public_id}/return", data={"reason": "电导率请写测试温度。"})
    bench = editor.get("/workbench").text
    assert "单位内部审核退回" in bench
    assert "成果草稿未提交" not in bench.partition("绕行")[0]
    assert "电导率请写测试温度。" in editor.get(page).text

    # The editor mends it and asks again; the approver releases, and it is handed in.
    version = str(the_one(database, Approval) and database.get(Achievement, achievement.id).version)
    mended = TYPED | {"submit": "1", "version": version, "summary": "80 ℃ 下电导率 0.072 S/cm。"}
    editor.post(f"{page}/edit", data=mended)
    second = the_one(database, Approval)
    assert (second.state, second.id != approval.id) == (A.ASKED, True)
    done = approver.post(f"/approvals/{second.public_id}/release", data={"submit": "1"}, follow_redirects=True)
    assert "已放行并提交" in done.text
    look_again(database)
    assert database.get(Achievement, achievement.id).state is S.SUBMITTED
    kinds = letters(database)
    assert list(dict.fromkeys(kinds)) == ["approval.asked", "approval.returned", "approval.released"]


def test_an_operators_import_that_publishes_names_the_rule_at_its_row(app, database, campus, tmp_path):
    a_rule(database, campus.organisation)
    database.commit()
    lines = tmp_path / "rows.jsonl"
    lines.write_text(json.dumps({"id": "x-1", "title": "绕行", "summary": "绕过审核的成果。"}), encoding="utf-8")
    command = ["import", "achievements", str(lines), "--organisation", campus.organisation.code, "--publish"]
    for more in ([], ["--dry-run"]):
        said = app.test_cli_runner().invoke(args=[*command, *more])
        assert said.exit_code == 1
        assert "要求内部审核" in said.output
    look_again(database)
    assert database.scalars(select(Achievement)).all() == []


def test_a_sheet_that_comes_back_changes_what_was_released_and_leaves_its_department(
    app, database, campus, browser, tmp_path
):
    thing = an_achievement(database, organisation_id=campus.organisation.id, department_id=campus.materials.id)
    facts = {"state": A.RELEASED, "decided_by": campus.people["materials approver"].id, "decided_at": NOON}
    a_request(database, matter_of(thing), campus.people["materials editor"], **facts)
    database.commit()
    sheet, run = tmp_path / "rows.jsonl", app.test_cli_runner().invoke
    whose = ["--organisation", campus.organisation.code, "--as", campus.people["editor"].email]
    assert run(args=["export", "achievements", str(sheet), *whose]).exit_code == 0
    rows = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
    sheet.write_text(
        "".join(json.dumps(row | {"title": "改过的标题"}, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    assert run(args=["import", "achievements", str(sheet), *whose]).exit_code == 0

    changed, approval = the_one(database, Achievement), the_one(database, Approval)
    assert (changed.id, changed.title, changed.department_id) == (thing.id, "改过的标题", campus.materials.id)
    assert approval.state is A.LAPSED
    assert browser("editor").post(f"/achievements/{thing.public_id}/submit").status_code == 409


def test_releasing_alone_leaves_the_submission_to_the_editor(database, campus, browser):
    thing = an_achievement(database, organisation_id=campus.organisation.id, department_id=campus.materials.id)
    approval = a_request(database, matter_of(thing), campus.people["materials editor"])
    approver, editor = browser("approver"), browser("materials editor")
    answer = approver.post(f"/approvals/{approval.public_id}/release", follow_redirects=True)
    assert "已放行，经办人会收到通知" in answer.text
    assert "单位内部审核已放行，可以提交" in editor.get("/workbench").text
    page = f"/achievements/{thing.public_id}"
    assert f'action="{page}/submit"' in editor.get(page).text
    editor.post(f"{page}/submit")
    look_again(database)
    assert database.get(Achievement, thing.id).state is S.SUBMITTED


def test_what_is_not_complete_is_not_put_forward_and_says_why(database, campus, browser):
    thing = an_achievement(
        database, organisation_id=campus.organisation.id, department_id=campus.materials.id, summary=None
    )
    editor = browser("materials editor")
    page = f"/achievements/{thing.public_id}"
    assert "提请放行" in editor.get(page).text
    answer = editor.post("/approvals/ask", data={"subject": f"achievement:{thing.public_id}"}, follow_redirects=True)
    assert "还不能提请" in answer.text
    assert the_one(database, Approval) is None


@pytest.mark.parametrize(
    "subject", ["", "achievement:", "spaceship:abcdefghijkm", "organisation:abcdefghijkm", "x" * 99]
)
def test_nonsense_is_not_found(browser, subject):
    assert browser("editor").post("/approvals/ask", data={"subject": subject}).status_code == 404


def test_what_is_said_inside_stays_inside(app, database, client, campus, browser):
    thing = an_achievement(database, organisation_id=campus.organisation.id, state=S.LISTED)
    approval = a_request(
        database, matter_of(thing), campus.people["editor"], state=A.RETURNED, reason="内部的话",
        decided_by=campus.people["approver"].id, decided_at=thing.created_at,
    )  # fmt: skip
    outsider, operator = a_user(database), a_user(database)
    a_membership(database, outsider, an_organisation(database), Role.OWNER)
    a_staff_grant(database, operator, Role.OPERATOR)
    page = f"/achievements/{thing.public_id}"
    assert "内部的话" in browser("reader").get(page).text
    for stranger in (client, a_browser_of(app, database, outsider), a_browser_of(app, database, operator)):
        assert "单位内部审核" not in stranger.get(page).text
        assert stranger.get(f"/approvals/{approval.public_id}").status_code in (302, 404)


def test_the_list_shows_what_is_in_hand_and_what_is_past(database, campus, browser):
    first, second = (
        an_achievement(database, organisation_id=campus.organisation.id, title=title)
        for title in ("在办的膜", "办完的膜")
    )
    editor = campus.people["editor"]
    a_request(database, matter_of(first), editor)
    a_request(database, matter_of(second), editor, state=A.RECALLED)
    page = browser("approver").get("/approvals").text
    assert ["在办的膜" in page, "办完的膜" in page, "等你放行" in page] == [True, False, True]
    page = browser("reader").get("/approvals?past=1").text
    assert ["在办的膜" in page, "办完的膜" in page, "等你放行" in page] == [False, True, False]


class TestRules:
    def test_an_owner_ticks_kinds_and_departments(self, database, campus, browser):
        owner = browser("owner")
        address = f"/approvals/rules/{campus.organisation.public_id}"
        form = owner.get(address).text
        assert re.search(rf'value="{campus.materials.public_id}" checked', form)
        owner.post(address, data={"challenge": ["", campus.medicine.public_id], "spaceship": ""})
        assert rules_of(database, campus.organisation.id) == {("challenge", None), ("challenge", campus.medicine.id)}
        page = owner.get(f"/organisations/{campus.organisation.public_id}").text
        assert "医学院" in page.partition("单位内部审核")[2]

    @pytest.mark.parametrize("who", ["approver", "editor", "reader"])
    def test_others_are_refused(self, campus, browser, who):
        assert browser(who).get(f"/approvals/rules/{campus.organisation.public_id}").status_code == 403


class TestDepartments:
    def test_an_owner_adds_renames_closes_and_reopens_them(self, database, campus, browser):
        owner = browser("owner")
        address = f"/organisations/{campus.organisation.public_id}/departments"
        owner.post(address, data={"name": " 微电子学院 ", "name_en": "School of Microelectronics"})
        part = the_one(database, Department)
        assert (part.name, part.name_en) == ("微电子学院", "School of Microelectronics")
        owner.post(f"{address}/{part.public_id}", data={"name": "集成电路学院"})
        owner.post(f"{address}/{part.public_id}/close")
        assert "已停用" in owner.get(address).text
        assert "集成电路学院" not in owner.get("/achievements/new").text
        owner.post(f"{address}/{part.public_id}/reopen")
        assert "集成电路学院" in owner.get("/achievements/new").text

    @pytest.mark.parametrize("name", ["", "  ", "材料学院", "x" * 81])
    def test_a_name_that_will_not_do_is_said_at_its_field(self, campus, browser, name):
        answer = browser("owner").post(
            f"/organisations/{campus.organisation.public_id}/departments", data={"name": name}
        )
        assert (answer.status_code, "error-summary" in answer.text) == (422, True)

    def test_an_owner_binds_a_member_to_one_and_never_an_owner(self, database, campus, browser):
        owner, editor = browser("owner"), campus.people["editor"]
        address = f"/organisations/{campus.organisation.public_id}/members"
        bound = {"role": "editor", "department": campus.medicine.public_id}
        assert owner.post(f"{address}/{editor.public_id}/role", data=bound).status_code == 302
        look_again(database)
        places = dict(database.execute(select(Membership.user_id, Membership.department_id)).all())
        assert places[editor.id] == campus.medicine.id
        bound["role"] = "owner"
        assert owner.post(f"{address}/{editor.public_id}/role", data=bound).status_code == 422

    def test_other_members_and_other_organisations_departments_are_out_of_reach(self, database, campus, browser):
        other = a_university(database)
        address = f"/organisations/{campus.organisation.public_id}/departments"
        assert browser("approver").get(address).status_code == 403
        assert browser("owner").get(f"{address}/{other.materials.public_id}").status_code == 404
        data = {"role": "editor", "department": other.materials.public_id}
        member = f"/organisations/{campus.organisation.public_id}/members/{campus.people['editor'].public_id}/role"
        assert browser("owner").post(member, data=data).status_code == 404
