"""An organisation's own approval holds for programs as it does on the pages."""

import pytest

from tests.api.programs import Program, pointers, problem
from tests.approvals.conftest import a_university
from tests.approvals.test_views import TYPED
from tests.factories.achievements import an_achievement
from tests.factories.approvals import a_request, a_rule
from tests.factories.tokens import a_token

BODY = {
    name: value for name, value in TYPED.items() if name in ("title", "summary", "description", "direction", "area")
} | {
    "topics": ["质子交换膜"],
    "readiness": 5,
    "readiness_evidence": TYPED["readiness_evidence"],
    "inventors": ["林远", "周一平"],
    "cooperation": ["licence"],
    "has_no_state_secrets": True,
}


@pytest.fixture
def campus(database):
    campus = a_university(database)
    a_rule(database, campus.organisation, department=campus.materials)
    database.commit()
    return campus


@pytest.fixture
def program(app, database, campus):
    def of(name, **facts):
        secret = a_token(database, campus.people[name], campus.organisation, **facts)
        database.commit()
        return Program(app.test_client(), secret)

    return of


def test_a_university_s_approval_by_programs(campus, program):
    editor, approver = program("materials editor"), program("materials approver")
    made = editor.post("/achievements", BODY)
    assert made.status_code == 201, made.text
    shown, path = made.get_json(), f"/achievements/{made.get_json()['id']}"
    assert shown["department"] == campus.materials.public_id
    assert "submit" not in shown["actions"]

    assert "放行" in problem(editor.step(path, "submit"), 409)["detail"]
    asked = editor.post("/approvals", {"kind": "achievement", "id": shown["id"]})
    assert (asked.status_code, asked.get_json()["state"]) == (201, "asked")
    request = f"/approvals/{asked.get_json()['id']}"
    assert asked.headers["Location"].endswith(request)
    problem(editor.step(request, "release"), 403)
    problem(editor.step(request, "hand-in"), 403)
    problem(editor.step(path, "submit"), 409)

    assert pointers(problem(approver.step(request, "return"), 422)) == {"/reason"}
    assert approver.step(request, "return", {"reason": "请补检测报告"}).get_json()["state"] == "returned"
    problem(editor.step(path, "submit"), 409)
    mended = editor.ask("PATCH", path, {"summary": "补了检测报告。"}, if_match=editor.get(path).headers["ETag"])
    assert mended.status_code == 200
    again = f"/approvals/{editor.post('/approvals', {'kind': 'achievement', 'id': shown['id']}).get_json()['id']}"
    assert [one["id"] for one in approver.get("/approvals").get_json()["items"]] == [again.rpartition("/")[2]]
    released = approver.step(again, "release").get_json()
    assert (released["state"], released["thing"], released["kind"]) == ("released", shown["id"], "achievement")

    assert "submit" in editor.get(path).get_json()["actions"]
    assert editor.step(path, "submit").get_json()["state"] == "submitted"
    past = editor.get("/approvals?past=true").get_json()["items"]
    assert [one["state"] for one in past] == ["handed_in", "lapsed"]


def test_what_was_released_and_then_changed_is_held_back_again(database, campus, program):
    editor, approver = program("materials editor"), program("materials approver")
    made = editor.post("/achievements", BODY).get_json()
    path = f"/achievements/{made['id']}"
    request = editor.post("/approvals", {"kind": "achievement", "id": made["id"]}).get_json()["id"]
    assert approver.step(f"/approvals/{request}", "release").status_code == 200
    changed = editor.ask("PATCH", path, {"title": "换了的题目"}, if_match=editor.get(path).headers["ETag"])
    assert changed.status_code == 200
    problem(editor.step(path, "submit"), 409)


def test_nobody_gets_round_it_by_another_department(campus, program):
    """Whoever is bound to a department puts things there, whatever they ask for."""
    editor = program("materials editor")
    told = problem(editor.post("/achievements", BODY | {"department": campus.medicine.public_id}), 422)
    assert pointers(told) == {"/department"}
    made = editor.post("/achievements", BODY | {"department": None}).get_json()
    path = f"/achievements/{made['id']}"
    assert made["department"] == campus.materials.public_id
    moved = editor.ask(
        "PATCH", path, {"department": campus.medicine.public_id}, if_match=editor.get(path).headers["ETag"]
    )
    assert pointers(problem(moved, 422)) == {"/department"}
    problem(editor.step(path, "import-publish"), 403)


def test_requests_are_shown_to_their_own_organisation_alone(database, campus, program, app):
    from marketplace.achievements.services import matter_of

    thing = an_achievement(database, organisation_id=campus.organisation.id)
    request = a_request(database, matter_of(thing), campus.people["materials editor"])
    database.commit()
    path = f"/approvals/{request.public_id}"
    assert program("materials approver").get(path).get_json()["asked_by"] == campus.people["materials editor"].name
    problem(program("materials approver", scopes=["achievements:read"]).get(path), 403)
    problem(Program(app.test_client()).get(path), 401)


def test_a_page_of_many_requests_is_whole(database, campus, program):
    from marketplace.achievements.services import matter_of

    for _ in range(25):
        thing = an_achievement(database, organisation_id=campus.organisation.id)
        a_request(database, matter_of(thing), campus.people["materials editor"])
    asking = program("materials approver")
    told = asking.get("/approvals?per_page=200").get_json()
    assert (len(told["items"]), told["total"]) == (25, 25)
