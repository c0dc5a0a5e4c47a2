"""A stranger asks for every unpublished thing in every way there is; each is refused in the right words."""

import pytest

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from tests.factories.challenges import TEXT
from tests.journeys.market import a_market, browser_of, stocked, work
from tests.journeys.pages import read

STRANGERS = ("other owner", "other editor", "finance officer", "other area officer", "nobody's member")
"""Signed in, and nothing to do with the things of this test (those lie in the area of the other officer)."""
CLOSE = {
    "challenge": ("enterprise owner", "own approver", "own editor", "own reader"),
    "achievement": ("institute owner",),
}
STAFF = ("operator", "supervisor", "area officer")
HIDDEN_CHALLENGES = [state for state in ChallengeState if state is not ChallengeState.OPEN]
HIDDEN_ACHIEVEMENTS = [state for state in AchievementState if state is not AchievementState.LISTED]
HIDDEN = [
    *(("challenge", state) for state in HIDDEN_CHALLENGES),
    *(("achievement", state) for state in HIDDEN_ACHIEVEMENTS),
]
STEPS = {
    "challenge": ("submit", "recall", "return", "reject", "schedule", "publish", "withdraw"),
    "achievement": ("submit", "recall", "return", "reject", "schedule", "publish", "renew", "withdraw"),
}
NOT_FOUND, SIGN_IN, NOT_ALLOWED = "没有找到，或者你无权查看。", "登录已过期或尚未登录", "你没有权限做这一步。"
SECRET = "未公开的膜方案"


@pytest.fixture
def market(app, database):
    market = stocked(a_market(database))
    for thing in (*market.challenges.values(), *market.achievements.values()):
        if thing.state not in (ChallengeState.OPEN, AchievementState.LISTED):
            thing.title = SECRET
    database.commit()
    work(app)
    return market


def thing_of(market, kind: str, state) -> Challenge | Achievement:
    return {"challenge": market.challenges, "achievement": market.achievements}[kind][str(state)]


def path_of(market, kind: str, state, part: str = "") -> str:
    return f"/{kind}s/{thing_of(market, kind, state).public_id}{part}"


def said(answer) -> tuple[int, str]:
    return answer.status_code, read(answer.text).all("main")[0].words


@pytest.mark.parametrize(("kind", "state"), HIDDEN, ids=str)
class TestSignedInStrangers:
    @pytest.mark.parametrize("who", STRANGERS)
    def test_there_is_no_such_page_form_or_step(self, app, market, kind, state, who):
        stranger = browser_of(app, market.session, market.people[who])
        ways = [
            stranger.get(path_of(market, kind, state)),
            stranger.get(path_of(market, kind, state, "?lang=zh&saved=x")),
            stranger.get(path_of(market, kind, state, "/edit")),
            stranger.post(path_of(market, kind, state, "/edit"), data={"title": "x", "version": "1"}),
            *(stranger.post(path_of(market, kind, state, f"/{step}"), data={"reason": "x"}) for step in STEPS[kind]),
        ]
        answers = [said(way) for way in ways]
        assert [status for status, _words in answers] == [404] * len(ways)
        assert [NOT_FOUND in words for _status, words in answers] == [True] * len(ways)
        assert [way for way in ways if SECRET in way.text] == []

    def test_nothing_was_changed_by_asking(self, app, market, kind, state):
        thing = thing_of(market, kind, state)
        before = (thing.state, thing.title, thing.version)
        for who in STRANGERS:
            stranger = browser_of(app, market.session, market.people[who])
            for step in STEPS[kind]:
                stranger.post(path_of(market, kind, state, f"/{step}"), data={"reason": "x"})
            stranger.post(path_of(market, kind, state, "/edit"), data={"title": "x", "version": str(thing.version)})
        market.session.expire_all()
        assert (thing.state, thing.title, thing.version) == before


@pytest.mark.parametrize(("kind", "state"), HIDDEN, ids=str)
def test_a_visitor_finds_no_page_and_is_asked_to_sign_in_for_the_rest(app, client, market, kind, state):
    assert said(client.get(path_of(market, kind, state))) == said(client.get(f"/{kind}s/aaaaaaaaaaaa"))
    form = path_of(market, kind, state, "/edit")
    assert client.get(form).location == f"/login?next={form}"
    posts = [client.post(form), *(client.post(path_of(market, kind, state, f"/{step}")) for step in STEPS[kind])]
    answers = [said(post) for post in posts]
    assert [status for status, _words in answers] == [401] * len(posts)
    assert [SIGN_IN in words for _status, words in answers] == [True] * len(posts)


@pytest.mark.parametrize("who", ["visitor", *STRANGERS])
def test_no_list_search_or_page_of_others_names_what_is_not_published(app, client, market, who):
    stranger = client if who == "visitor" else browser_of(app, market.session, market.people[who])
    paths = [
        "/",
        "/challenges",
        "/challenges?q=未公开&sort=closing",
        "/challenges?phase=closed",
        "/challenges?direction=membranes&kind=research&area=anting&budget_from=50",
        "/achievements",
        "/achievements?q=未公开&sort=price",
        "/search?q=未公开的膜方案",
        "/search?q=未公开&sort=newest",
        "/search?state=draft",
        "/organisations",
        f"/organisations/{market.enterprise.public_id}",
        f"/organisations/{market.institute.public_id}",
        "/industries/materials",
        "/directions/membranes",
        "/challenges/mine",
        "/achievements/mine",
        "/workbench",
    ]
    leaks = []
    for path in paths:
        words = read(stranger.get(path, follow_redirects=True).text).all("main")[0].words
        if SECRET in words.replace(f"“{SECRET}”", ""):
            leaks.append(path)
    assert leaks == []


@pytest.mark.parametrize(("kind", "state"), HIDDEN, ids=str)
def test_those_who_are_close_to_it_do_see_it(app, market, kind, state):
    shown = {}
    staff = [who for who in STAFF if who != "area officer" or state != "taken_down"]
    for who in (*CLOSE[kind], *staff):
        answer = browser_of(app, market.session, market.people[who]).get(path_of(market, kind, state))
        shown[who] = (answer.status_code, SECRET in answer.text)
    assert set(shown.values()) == {(200, True)}


@pytest.mark.parametrize(
    "case",
    [
        ("own reader", "submit", "draft", 403),
        ("own reader", "withdraw", "draft", 403),
        ("supervisor", "publish", "submitted", 403),
        ("supervisor", "return", "submitted", 403),
        ("area officer", "publish", "submitted", 403),
        ("enterprise owner", "publish", "submitted", 403),
        ("enterprise owner", "return", "submitted", 403),
        ("enterprise owner", "reject", "submitted", 403),
        ("enterprise owner", "schedule", "submitted", 403),
        ("operator", "submit", "draft", 403),
        ("operator", "recall", "submitted", 403),
        ("enterprise owner", "recall", "draft", 409),
        ("operator", "publish", "draft", 409),
        ("operator", "reject", "rejected", 409),
        ("operator", "withdraw", "withdrawn", 409),
        ("enterprise owner", "submit", "submitted", 409),
    ],
    ids=lambda case: f"{case[0]} may not {case[1]} one that is {case[2]}",
)
def test_those_who_see_it_may_still_not_do_everything(app, market, case):
    who, step, state, status = case
    person = browser_of(app, market.session, market.people[who])
    code, words = said(person.post(path_of(market, "challenge", state, f"/{step}"), data={"reason": "x"}))
    assert code == status
    assert (NOT_ALLOWED in words) == (status == 403)


@pytest.mark.parametrize("who", ["own reader", "operator", "supervisor", "area officer"])
def test_those_who_only_read_it_cannot_change_its_text(app, market, who):
    person = browser_of(app, market.session, market.people[who])
    form = path_of(market, "challenge", "draft", "/edit")
    assert [person.get(form).status_code, person.post(form, data={"title": "x"}).status_code] == [403, 403]


@pytest.mark.parametrize("who", ["own reader", "operator", "supervisor", "finance officer", "nobody's member"])
def test_who_does_not_write_for_an_organisation_posts_nothing(app, market, who):
    person = browser_of(app, market.session, market.people[who])
    typed = {"title": "x", "problem": TEXT["problem"]}
    for path in ("/challenges/new/research", "/achievements/new"):
        assert [person.get(path).status_code, person.post(path, data=typed).status_code] == [403, 403]


@pytest.mark.parametrize(
    "path",
    [
        "/challenges/new",
        "/challenges/new/research",
        "/challenges/mine",
        "/achievements/new",
        "/achievements/mine",
        "/workbench",
        "/account",
        "/account/password",
        "/organisations/new",
    ],
)
def test_a_visitor_is_led_to_sign_in_and_back(client, path):
    assert client.get(path).location == f"/login?next={path}"


def test_an_organisation_that_is_not_verified_is_nobody_s_business(app, client, database, market):
    from tests.factories.organisations import a_membership, an_organisation

    hidden = an_organisation(database, name=SECRET, state="submitted", verified_at=None)
    a_membership(database, market.people["other owner"], hidden)
    database.commit()
    page = f"/organisations/{hidden.public_id}"
    shown = {"visitor": client.get(page).status_code}
    for who, person in market.people.items():
        shown[who] = browser_of(app, database, person).get(page).status_code
    may = {"other owner", "operator", "supervisor", "area officer"}
    assert {who for who, status in shown.items() if status == 200} == may
    assert set(shown.values()) == {200, 404}


@pytest.mark.parametrize("step", ["verify", "reject", "suspend", "reinstate", "submit"])
def test_strangers_decide_nothing_about_an_organisation(app, client, market, step):
    page = f"/organisations/{market.enterprise.public_id}/{step}"
    statuses = {"visitor": client.post(page).status_code}
    for who in (*STRANGERS, "institute owner", "own editor", "supervisor", "area officer"):
        answer = browser_of(app, market.session, market.people[who]).post(page, data={"reason": "x", "version": "1"})
        statuses[who] = answer.status_code
    assert statuses.pop("visitor") == 401
    assert set(statuses.values()) == {403}


@pytest.mark.parametrize("part", ["role", "remove"])
def test_strangers_touch_no_members(app, client, market, part):
    member = market.people["own editor"].public_id
    path = f"/organisations/{market.enterprise.public_id}/members/{member}/{part}"
    statuses = {"visitor": client.post(path).status_code}
    for who in (*STRANGERS, "institute owner", "own approver", "own reader", "supervisor"):
        answer = browser_of(app, market.session, market.people[who]).post(path, data={"role": "owner"})
        statuses[who] = answer.status_code
    assert statuses.pop("visitor") == 401
    assert {who: status for who, status in statuses.items() if status not in (403, 404)} == {}


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_acts_for_an_organisation_that_is_not_theirs(app, market, who):
    stranger = browser_of(app, market.session, market.people[who])
    answer = stranger.post("/organisations/switch", data={"organisation": market.enterprise.public_id})
    assert answer.status_code == 403
    assert stranger.get("/challenges/mine").status_code == 200
    assert SECRET not in stranger.get("/challenges/mine").text
