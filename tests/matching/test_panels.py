"""Matches on pages: shown with their reasons to those who may see them, and to nobody else."""

import pytest

from marketplace.achievements.lifecycle import AchievementState
from marketplace.challenges.lifecycle import ChallengeState
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge
from tests.journeys.market import (
    a_listed_achievement,
    a_market,
    an_open_challenge,
    at_present,
    browser_of,
    listed_dates,
    work,
)
from tests.journeys.pages import Element, read

OF_CHALLENGE, OF_ACHIEVEMENT = "可能能解它的成果", "可能用得上它的榜单"
DEMAND, OFFER = "电堆用质子膜低湿电导率攻关", "低湿质子交换膜中试样品"


@pytest.fixture
def market(app, database):
    market = a_market(database)
    market.challenges["open"] = an_open_challenge(database, organisation_id=market.enterprise.id, title=DEMAND)
    market.achievements["listed"] = a_listed_achievement(database, organisation_id=market.institute.id, title=OFFER)
    database.commit()
    rematch(app, market)
    return market


def rematch(app, market):
    from marketplace.core.subject import Subject
    from marketplace.indexing import services
    from marketplace.matching.models import MatchTask

    for kind, things in (("challenge", market.challenges), ("achievement", market.achievements)):
        for thing in things.values():
            services.note(market.session, Subject(kind, thing.public_id), now=at_present())
            market.session.add(MatchTask(subject=str(Subject(kind, thing.public_id)), next_at=at_present()))
    market.session.commit()
    work(app)


def panel_of(page: str, heading: str) -> Element | None:
    cards = [one for one in read(page).all("section") if "card" in one.get("class").split()]
    return next((card for card in cards if [h.words for h in card.all("h2")] == [heading]), None)


def browsers(app, market):
    yield "visitor", app.test_client()
    for name, person in market.people.items():
        yield name, browser_of(app, market.session, person)


def test_the_matches_of_a_challenge_are_for_its_poster_and_for_staff_who_read_all(app, market):
    path = f"/challenges/{market.challenges['open'].public_id}"
    shown = {name for name, browser in browsers(app, market) if panel_of(browser.get(path).text, OF_CHALLENGE)}
    own = {"enterprise owner", "own approver", "own editor", "own reader"}
    assert shown == own | {"operator", "supervisor"}


def test_the_matches_of_an_achievement_are_for_its_owner_and_for_staff_who_read_all(app, market):
    path = f"/achievements/{market.achievements['listed'].public_id}"
    shown = {name for name, browser in browsers(app, market) if panel_of(browser.get(path).text, OF_ACHIEVEMENT)}
    assert shown == {"institute owner", "operator", "supervisor"}


def test_a_match_is_shown_with_its_strength_and_reasons_on_either_side(app, market):
    poster = browser_of(app, market.session, market.people["enterprise owner"])
    panel = panel_of(poster.get(f"/challenges/{market.challenges['open'].public_id}").text, OF_CHALLENGE)
    assert OFFER in panel.words
    assert "强 匹配" in panel.words
    labels = [one.words for one in panel.all("dt")]
    assert {"共同术语", "关键词", "方向", "成熟度", "预算", "同一区域"} <= set(labels)
    assert "5 级，达到要求的 5 级" in panel.words

    owner = browser_of(app, market.session, market.people["institute owner"])
    panel = panel_of(owner.get(f"/achievements/{market.achievements['listed'].public_id}").text, OF_ACHIEVEMENT)
    assert DEMAND in panel.words
    assert "同一区域 安亭镇" in panel.words


def test_the_workbench_says_which_of_one_s_achievements_a_challenge_fits(app, market):
    owner = browser_of(app, market.session, market.people["institute owner"])
    page = read(owner.get("/workbench").text).words
    assert DEMAND in page
    assert f"对应你的“{OFFER}”" in page
    for stranger in ("enterprise owner", "other owner", "operator", "nobody's member"):
        browser = browser_of(app, market.session, market.people[stranger])
        assert "匹配到你的成果的榜单" not in browser.get("/workbench").text


def test_a_thing_that_matches_nothing_yet_says_when_it_will(app, market):
    alone = a_listed_achievement(market.session, organisation_id=market.institute.id, title="还没人要的")
    market.session.commit()
    owner = browser_of(app, market.session, market.people["institute owner"])
    panel = panel_of(owner.get(f"/achievements/{alone.public_id}").text, OF_ACHIEVEMENT)
    assert "还没有匹配" in panel.words
    assert "发布后几秒内算出" in panel.words


@pytest.mark.parametrize("state", [state for state in ChallengeState if state is not ChallengeState.OPEN])
def test_a_challenge_that_is_not_public_shows_no_matches_even_to_its_poster(app, market, state):
    from marketplace.core.subject import Subject
    from marketplace.matching.models import Band
    from marketplace.matching.services import Found, replace_matches

    dates = {"publish_at": at_present(), "bids_close_at": listed_dates(at_present())["listed_until"]}
    hidden = a_challenge(
        market.session,
        organisation_id=market.enterprise.id,
        state=state,
        **(dates if state is ChallengeState.SCHEDULED else {}),
    )
    left_over = Found(Subject("achievement", market.achievements["listed"].public_id), 0.9, Band.STRONG, [])
    replace_matches(market.session, Subject("challenge", hidden.public_id), [left_over], now=at_present())
    market.session.commit()
    poster = browser_of(app, market.session, market.people["enterprise owner"])
    assert panel_of(poster.get(f"/challenges/{hidden.public_id}").text, OF_CHALLENGE) is None

    owner = browser_of(app, market.session, market.people["institute owner"])
    page = owner.get(f"/achievements/{market.achievements['listed'].public_id}").text
    assert hidden.public_id not in page


def test_a_match_that_left_the_market_is_not_shown_even_before_the_worker_has_been(app, market):
    for thing, state in (
        (market.challenges["open"], ChallengeState.WITHDRAWN),
        (market.achievements["listed"], AchievementState.WITHDRAWN),
    ):
        thing.state = state
        market.session.commit()
        visitor_side = {
            "institute owner": f"/achievements/{market.achievements['listed'].public_id}",
            "enterprise owner": f"/challenges/{market.challenges['open'].public_id}",
        }
        hidden = {"institute owner": DEMAND, "enterprise owner": OFFER}
        who = "institute owner" if thing is market.challenges["open"] else "enterprise owner"
        page = browser_of(app, market.session, market.people[who]).get(visitor_side[who]).text
        assert hidden[who] not in page


def test_an_organisation_s_drafts_are_in_no_one_s_matches(app, market):
    a_draft = an_achievement(market.session, organisation_id=market.institute.id, title="还是草稿的低湿质子交换膜")
    market.achievements["draft"] = a_draft
    rematch(app, market)
    for name, browser in browsers(app, market):
        page = browser.get(f"/challenges/{market.challenges['open'].public_id}").text
        assert (name, a_draft.title in page) == (name, False)
