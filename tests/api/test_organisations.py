"""Organisations by program."""

import pytest

from marketplace.organisations.lifecycle import LIFECYCLE, OrganisationState
from marketplace.organisations.policies import POLICY
from tests.api.programs import pointers, problem
from tests.api.rights import expected_status, grants_of
from tests.factories.organisations import a_code, a_membership, an_organisation

FACTS = {"name": "嘉定氢能有限公司", "kind": "enterprise", "size": "small", "area": "anting"}


def test_an_organisation_is_registered_and_verified_by_programs(program):
    person, operator = program("nobody's member"), program("operator")
    code = a_code()
    made = person.post("/organisations", FACTS | {"code": code})
    assert made.status_code == 201, made.text
    assert made.get_json() | FACTS | {"code": code} == made.get_json()
    path = made.headers["Location"].removeprefix("/api/v1")
    assert operator.get(path).get_json()["actions"] == []
    problem(program("visitor").get(path), 404)
    refused = person.post("/organisations", FACTS | {"code": code})
    assert pointers(problem(refused, 422)) == {"/code"}
    assert pointers(problem(person.post("/organisations", FACTS | {"code": "X"}), 422)) == {"/code"}
    assert pointers(problem(person.post("/organisations", {"code": a_code(), "kind": "x"}), 422)) == {"/kind"}


def test_its_owner_changes_its_facts_and_never_what_was_verified(program, market):
    owner, path = program("enterprise owner"), f"/organisations/{market.enterprise.public_id}"
    version = owner.get(path).headers["ETag"]
    changed = owner.ask("PATCH", path, {"introduction": "做膜的"}, if_match=version)
    assert (changed.status_code, changed.get_json()["introduction"]) == (200, "做膜的")
    assert changed.get_json()["name"] == market.enterprise.name
    version = changed.headers["ETag"]
    assert pointers(problem(owner.ask("PATCH", path, {"name": "别的"}, if_match=version), 422)) == {"/name"}
    problem(program("own editor").ask("PATCH", path, {"introduction": "x"}, if_match=version), 403)
    problem(program("other owner").ask("PATCH", path, {"introduction": "x"}, if_match=version), 403)


def test_an_operator_verifies_and_suspends(program, market, database):
    waiting = an_organisation(database, state=OrganisationState.SUBMITTED, verified_at=None)
    database.commit()
    operator, path = program("operator"), f"/organisations/{waiting.public_id}"
    assert operator.step(path, "verify").get_json()["state"] == "verified"
    assert pointers(problem(operator.step(path, "suspend"), 422)) == {"/reason"}
    assert operator.step(path, "suspend", {"reason": "资料失效"}).get_json()["state"] == "suspended"


@pytest.mark.parametrize("who", ["visitor", "other editor", "own editor", "enterprise owner", "supervisor", "operator"])
def test_every_step_is_allowed_to_whom_the_policy_allows_it(program, market, database, who):
    actor = grants_of(market, who)
    things = [market.enterprise, market.institute, an_organisation(database, state=OrganisationState.SUBMITTED)]
    database.commit()
    asking = program(who)
    for thing in things:
        for action in LIFECYCLE.actions:
            wanted = expected_status(POLICY, LIFECYCLE, actor, thing, action)
            answer = asking.post(f"/organisations/{thing.public_id}/actions/{action}", {}, if_match='"none"')
            assert answer.status_code == wanted, f"{who}: {action}"


def test_a_list_shows_others_states_to_those_who_may_see_them(program, market, database):
    waiting = an_organisation(database, state=OrganisationState.SUBMITTED, verified_at=None, area="anting")
    a_membership(database, market.people["nobody's member"], waiting)
    database.commit()
    for who, seen in (("visitor", 0), ("own editor", 0), ("operator", 1), ("supervisor", 1), ("area officer", 1)):
        assert program(who).get("/organisations?state=submitted").get_json()["total"] == seen, who
    assert program("visitor").get("/organisations?q=膜材料&kind=enterprise&area=anting").get_json()["total"] == 1
    for name in ("kind", "area", "state", "sort", "colour"):
        assert problem(program("visitor").get(f"/organisations?{name}=x"), 422)["errors"]
