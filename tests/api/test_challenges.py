"""Challenges by program: the life of one, what is refused, and what strangers see."""

import pytest

from marketplace.challenges.lifecycle import LIFECYCLE
from marketplace.challenges.models import Disclosure
from marketplace.challenges.policies import POLICY
from tests.api.programs import pointers, problem
from tests.journeys.market import an_open_challenge

WHOLE = {
    "kind": "research",
    "title": "燃料电池质子膜低湿电导率提升",
    "summary": "寻求低湿工况下电导率达到 0.06 S/cm 的复合质子膜。",
    "background": "现用全氟磺酸膜在 30% 相对湿度下电导率不足 0.02 S/cm，电堆只能外增湿。",
    "problem": "低湿时膜内离子通道断开，电导率掉到目标的三分之一；加厚亲水填料又使干湿循环后开裂。" * 2,
    "scope": "复合膜配方、卷对卷成膜、膜电极匹配。",
    "direction": "membranes",
    "other_directions": ["clean-energy"],
    "topics": ["质子交换膜", "低湿电导率"],
    "area": "anting",
    "budget": "4800000.00",
    "months": 24,
    "readiness_wanted": 5,
    "cooperation": ["joint_development", "licence"],
    "ip_terms": "shared",
    "wanted_close_at": "2099-03-01T17:00:00+08:00",
    "has_no_state_secrets": True,
    "indicators": [
        {"name": "质子电导率", "comparator": "at_least", "target": "0.06", "unit": "S/cm", "is_mandatory": True},
        {"name": "厚度", "comparator": "between", "target": "10", "target_upper": "15", "unit": "μm"},
    ],
}


def test_a_challenge_is_drafted_submitted_and_published_by_programs(program):
    poster, operator, stranger = program("own editor"), program("operator"), program("visitor")

    made = poster.post("/challenges", WHOLE)
    assert made.status_code == 201, made.text
    path = made.headers["Location"].removeprefix("/api/v1")
    told = made.get_json()
    kept = {name: value for name, value in WHOLE.items() if name not in ("wanted_close_at", "indicators")}
    assert {name: told[name] for name in kept} == kept
    assert told["wanted_close_at"] == "2099-03-01T09:00:00+00:00"
    assert [row["name"] for row in told["indicators"]] == ["质子电导率", "厚度"]
    assert told["state"] == "draft"
    assert told["actions"] == ["submit", "withdraw"]
    problem(stranger.get(path), 404)

    assert poster.step(path, "submit").get_json()["state"] == "submitted"
    published = operator.step(path, "publish", {"bids_close_at": "2099-02-01T17:00:00+08:00"})
    assert (published.status_code, published.get_json()["state"]) == (200, "open")
    seen = stranger.get(path).get_json()
    assert (seen["number"], seen["phase"]) == (published.get_json()["number"], "bidding")
    assert seen["bids_close_at"] == "2099-02-01T09:00:00+00:00"
    assert "has_no_state_secrets" not in seen
    assert seen["actions"] == []


def test_what_a_form_refuses_is_refused_at_its_place(program):
    poster = program("own editor")
    wrong = WHOLE | {
        "title": "长" * 201,
        "direction": "no-such-direction",
        "budget": "12.345",
        "months": 121,
        "indicators": [{"name": "电导率", "comparator": "at_least", "target": "很高"}],
    }
    told = problem(poster.post("/challenges", wrong), 422)
    assert pointers(told) == {"/budget", "/months"}  # what has the wrong shape is said first
    told = problem(poster.post("/challenges", wrong | {"budget": "12.34", "months": 12}), 422)
    assert pointers(told) == {"/title", "/direction", "/indicators/0/target"}


def test_what_is_missing_on_submission_is_named(program):
    poster = program("own editor")
    path = poster.post("/challenges", {"kind": "research", "title": "只有标题"}).headers["Location"][7:]
    told = problem(poster.step(path, "submit"), 422)
    assert {"/problem", "/budget", "/indicators"} <= pointers(told)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "research", "title": "x", "colour": "red"}, "/colour"),
        ({"kind": "research", "title": "x", "indicators": [{"name": "a", "colour": "red"}]}, "/indicators/0/colour"),
        ({"kind": "research", "title": "x", "particulars": {"place": "y"}}, "/particulars/place"),
        ({"kind": "poem", "title": "x"}, "/kind"),
        ({"title": "x"}, "/kind"),
        ({"kind": "research"}, "/title"),
        ({"kind": "research", "title": 5}, "/title"),
        ({"kind": "research", "title": "x", "months": "12"}, "/months"),
        ({"kind": "research", "title": "x", "months": True}, "/months"),
        ({"kind": "research", "title": "x", "is_anonymous": "yes"}, "/is_anonymous"),
        ({"kind": "research", "title": "x", "budget": 5}, "/budget"),
        ({"kind": "research", "title": "x", "budget": "-5"}, "/budget"),
        ({"kind": "research", "title": "x", "wanted_close_at": "2027-01-01T00:00:00"}, "/wanted_close_at"),
        ({"kind": "research", "title": "x\ud800"}, "/title"),
        (["kind"], ""),
        ("kind", ""),
    ],
)
def test_bodies_of_another_shape_are_refused_by_name(program, body, place):
    assert place in pointers(problem(program("own editor").post("/challenges", body), 422))


def test_a_kind_s_own_particulars_are_taken_and_given_back(program):
    poster = program("own editor")
    scene = {"kind": "scene", "title": "开放场景", "particulars": {"place": "安亭", "window_from": "2027-03-01"}}
    made = poster.post("/challenges", scene)
    assert (made.status_code, made.get_json()["particulars"]) == (201, scene["particulars"])


def test_patch_changes_what_it_names_and_put_replaces_everything(program):
    poster = program("own editor")
    made = poster.post("/challenges", WHOLE)
    path = made.headers["Location"][7:]
    changed = poster.ask("PATCH", path, {"months": 36, "summary": None}, if_match=made.headers["ETag"]).get_json()
    expected = made.get_json() | {"months": 36, "summary": None, "updated_at": changed["updated_at"]}
    assert changed == expected
    version = poster.get(path).headers["ETag"]
    replaced = poster.ask("PUT", path, {"title": "只剩标题"}, if_match=version).get_json()
    assert (replaced["title"], replaced["months"], replaced["indicators"]) == ("只剩标题", None, [])
    assert replaced["kind"] == "research"


def test_the_kind_of_a_challenge_stays(program):
    poster = program("own editor")
    made = poster.post("/challenges", WHOLE)
    answer = poster.ask("PATCH", made.headers["Location"][7:], {"kind": "scene"}, if_match=made.headers["ETag"])
    assert pointers(problem(answer, 422)) == {"/kind"}


def test_a_change_names_the_version_it_was_made_from(program):
    poster = program("own editor")
    made = poster.post("/challenges", WHOLE)
    path = made.headers["Location"][7:]
    for method, where, body in (
        ("PATCH", path, {"months": 5}),
        ("PUT", path, WHOLE),
        ("POST", f"{path}/actions/submit", {}),
    ):
        problem(poster.ask(method, where, body), 428)
        problem(poster.ask(method, where, body, if_match='"999"'), 412)
        problem(poster.ask(method, where, body, if_match="nonsense"), 412)
    assert poster.ask("PATCH", path, {"months": 5}, if_match="*").status_code == 200


def test_a_step_from_another_state_is_a_conflict(program, market):
    public_id = market.challenges["draft"].public_id
    answer = program("own editor").step(f"/challenges/{public_id}", "recall")
    assert "当前状态" in problem(answer, 409)["detail"]


def test_an_anonymous_summary_hides_its_poster_and_its_details_from_strangers(program, market, database):
    secret = an_open_challenge(
        database, organisation_id=market.enterprise.id, is_anonymous=True, disclosure=Disclosure.SUMMARY
    )
    database.commit()
    path = f"/challenges/{secret.public_id}"
    seen = program("other editor").get(path)
    assert seen.get_json()["organisation"] is None
    assert [set(row) for row in seen.get_json()["indicators"]] == [{"name"}]
    assert not {"background", "problem", "scope", "particulars", "is_anonymous"} & set(seen.get_json())
    assert market.enterprise.name not in seen.text
    listed = {row["id"]: row for row in program("visitor").get("/challenges").get_json()["items"]}
    assert listed[secret.public_id]["organisation"] is None
    own = program("own reader").get(path).get_json()
    assert (own["organisation"]["name"], own["is_anonymous"]) == (market.enterprise.name, True)
    assert own["background"]


PEOPLE = (
    "visitor",
    "other editor",
    "own reader",
    "own editor",
    "own approver",
    "enterprise owner",
    "area officer",
    "supervisor",
    "operator",
)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_step_is_allowed_to_whom_the_policy_allows_it(app, program, market, who):
    """The page's policy is the API's: 401 without a token, 404 for what is not seen, 403, or the table's word."""
    from tests.api.rights import expected_status, grants_of

    actor = grants_of(market, who)
    asking = program(who)
    for state, challenge in market.challenges.items():
        version = f'"{challenge.version}"'
        for action in LIFECYCLE.actions:
            wanted = expected_status(POLICY, LIFECYCLE, actor, challenge, action)
            path = f"/challenges/{challenge.public_id}/actions/{action.replace('_', '-')}"
            # A version that is not there: whoever may take the step is told so, and nothing changes.
            got = asking.post(path, {}, if_match=f'{version[:-1]}0"').status_code
            assert got == wanted, f"{who}: {action} from {state}"


def test_a_list_has_the_page_s_filters_and_refuses_what_it_does_not_know(program, market, database):
    for n in range(3):
        an_open_challenge(database, organisation_id=market.enterprise.id, title=f"第 {n} 项", budget_fen=n * 10**8)
    database.commit()
    visitor = program("visitor")
    everything = visitor.get("/challenges").get_json()
    assert (everything["total"], everything["page"], everything["per_page"]) == (4, 1, 20)
    assert visitor.get("/challenges?budget_from=1000000.00").get_json()["total"] == 3
    assert visitor.get("/challenges?q=第 1").get_json()["items"][0]["title"] == "第 1 项"
    assert (
        visitor.get("/challenges?direction=membranes&kind=research&phase=bidding&area=anting").get_json()["total"] == 4
    )
    assert visitor.get("/challenges?industry=materials&sort=budget").get_json()["items"][0]["budget"] == "4800000.00"
    assert visitor.get("/challenges?direction=clean-energy").get_json()["items"] == []
    wrong = {"colour": "red", "direction": "x", "kind": "x", "area": "x", "phase": "x", "sort": "x", "page": "0"}
    wrong |= {"per_page": "201", "budget_from": "much"}
    for name, value in wrong.items():
        assert pointers(problem(visitor.get(f"/challenges?{name}={value}"), 422)) == {name}


def test_pages_of_a_list_are_linked_and_end(program, market, database):
    for _n in range(4):
        an_open_challenge(database, organisation_id=market.enterprise.id)
    database.commit()
    visitor = program("visitor")
    first = visitor.get("/challenges?per_page=2&kind=research")
    assert first.headers["Link"] == (
        '</api/v1/challenges?per_page=2&kind=research&page=1>; rel="first", '
        '</api/v1/challenges?per_page=2&kind=research&page=3>; rel="last", '
        '</api/v1/challenges?per_page=2&kind=research&page=2>; rel="next"'
    )
    ids = [row["id"] for n in (1, 2, 3) for row in visitor.get(f"/challenges?per_page=2&page={n}").get_json()["items"]]
    assert len(set(ids)) == 5
    behind = visitor.get("/challenges?per_page=2&page=4")
    assert (behind.get_json()["items"], "next" in behind.headers["Link"]) == ([], False)


def test_one_s_own_are_listed_in_every_state_and_strangers_list_none_of_them(program, market):
    own = program("own reader").get("/challenges/mine?per_page=200").get_json()
    assert {row["state"] for row in own["items"]} == set(market.challenges)
    assert program("other editor").get("/challenges/mine").get_json()["items"] == []
    problem(program("visitor").get("/challenges/mine"), 401)


def test_a_token_without_an_organisation_makes_nothing(program):
    problem(program("operator").post("/challenges", WHOLE), 403)
    problem(program("own reader").post("/challenges", WHOLE), 403)
