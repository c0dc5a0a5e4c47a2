"""Achievements by program."""

import pytest

from marketplace.achievements.lifecycle import LIFECYCLE
from marketplace.achievements.policies import POLICY
from tests.api.programs import pointers, problem
from tests.api.rights import expected_status, grants_of
from tests.journeys.market import a_listed_achievement

WHOLE = {
    "title": "卷对卷复合质子膜",
    "summary": "低湿电导率 0.061 S/cm 的复合膜及其卷对卷工艺。",
    "description": "采用短侧链全氟磺酸与有机骨架复合，卷对卷成膜，宽幅 600 mm，已完成 500 h 干湿循环。" * 3,
    "direction": "membranes",
    "other_directions": [],
    "topics": ["质子交换膜"],
    "area": "anting",
    "readiness": 6,
    "readiness_evidence": "第三方检测报告，中试线运行 200 小时。",
    "inventors": ["林远", "周一平"],
    "patents": ["ZL202310123456.7"],
    "cooperation": ["licence"],
    "price_min": "300000.00",
    "price_max": "800000.50",
    "has_no_state_secrets": True,
    "figures": [{"name": "电导率", "value": "0.061", "unit": "S/cm", "evidence": "检测报告"}],
}


def test_an_achievement_is_made_changed_listed_and_renewed_by_programs(program):
    owner, operator, stranger = program("institute owner"), program("operator"), program("visitor")
    made = owner.post("/achievements", WHOLE)
    assert made.status_code == 201, made.text
    path = made.headers["Location"].removeprefix("/api/v1")
    assert {name: made.get_json()[name] for name in WHOLE} == WHOLE
    changed = owner.ask("PATCH", path, {"readiness": 7}, if_match=made.headers["ETag"]).get_json()
    assert {name: changed[name] for name in WHOLE} == WHOLE | {"readiness": 7}
    problem(stranger.get(path), 404)
    assert owner.step(path, "submit").get_json()["state"] == "submitted"
    assert operator.step(path, "publish", {"last_day": "2027-06-30"}).status_code in (200, 422)
    if stranger.get(path).status_code == 404:
        assert operator.step(path, "publish").get_json()["state"] == "listed"
    seen = stranger.get(path).get_json()
    assert (seen["price_max"], seen["state"]) == ("800000.50", "listed")
    assert "has_no_state_secrets" not in seen
    assert owner.step(path, "renew").get_json()["state"] == "listed"
    assert owner.step(path, "withdraw", {"reason": "已转让"}).get_json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"price_min": "9.00", "price_max": "5.00"}, "/price_max"),
        ({"readiness": 10}, "/readiness"),
        ({"figures": [{"value": "1"}]}, "/figures/0/name"),
        ({"figures": [{}, {"name": "x"}]}, "/figures/1/value"),
        ({"inventors": "林远"}, "/inventors"),
        ({"cooperation": ["barter"]}, "/cooperation/0"),
        ({"title": " "}, "/title"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_the_form_refuses_is_refused_at_its_place(program, change, place):
    assert place in pointers(problem(program("institute owner").post("/achievements", WHOLE | change), 422))


PEOPLE = ("visitor", "own editor", "institute owner", "area officer", "supervisor", "operator")


@pytest.mark.parametrize("who", PEOPLE)
def test_every_step_is_allowed_to_whom_the_policy_allows_it(program, market, who):
    actor, asking = grants_of(market, who), program(who)
    for state, achievement in market.achievements.items():
        for action in LIFECYCLE.actions:
            wanted = expected_status(POLICY, LIFECYCLE, actor, achievement, action)
            path = f"/achievements/{achievement.public_id}/actions/{action.replace('_', '-')}"
            assert asking.post(path, {}, if_match='"none"').status_code == wanted, f"{who}: {action} from {state}"


def test_a_list_has_the_page_s_filters(program, market, database):
    for n in range(1, 4):
        a_listed_achievement(
            database,
            organisation_id=market.institute.id,
            title=f"第 {n} 项",
            readiness=n * 3,
            price_min_fen=n * 10**8,
            price_max_fen=None,
        )
    database.commit()
    visitor = program("visitor")
    assert visitor.get("/achievements?readiness_from=6").get_json()["total"] >= 2
    assert visitor.get("/achievements?price_to=1000000.00&q=第").get_json()["total"] == 1
    rows = visitor.get("/achievements?sort=readiness").get_json()["items"]
    assert rows[0]["readiness"] == 9
    for name, value in {"readiness_from": "10", "price_to": "x", "cooperation": "x", "sort": "x", "q2": "x"}.items():
        assert pointers(problem(visitor.get(f"/achievements?{name}={value}"), 422)) == {name}
    assert {row["state"] for row in program("institute owner").get("/achievements/mine").get_json()["items"]}
