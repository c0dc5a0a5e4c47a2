"""Nothing that is not public is found, shown beside what is found, or given away by a match: words that occur only
there are looked for everywhere a stranger can look.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Disclosure
from marketplace.core.actor import Role
from marketplace.core.subject import Subject
from marketplace.indexing import services
from marketplace.matching.models import Match, MatchTask
from marketplace.organisations.lifecycle import OrganisationState
from search.documents import SearchQuery
from tests.actors import OPERATOR, a_member
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge, an_indicator
from tests.factories.organisations import an_organisation
from tests.journeys.market import (
    a_listed_achievement,
    a_market,
    an_open_challenge,
    at_present,
    browser_of,
    listed_dates,
    open_dates,
)
from tests.journeys.pages import Element, read
from tests.journeys.site import opened

SECRET = "琥珀鲸落晶胞"
"""A word of one hidden place and of the stranger's own achievement, so that a leak would show as a shared term."""
PUBLIC_WORDS = "质子膜"
STRANGERS = ("visitor", "institute owner", "other editor", "other area officer", "nobody's member")
PAGES = (
    "/",
    "/challenges",
    "/challenges?q=" + SECRET,
    "/achievements",
    "/achievements?q=" + SECRET,
    "/organisations",
    "/organisations?q=" + SECRET,
    "/search?q=" + SECRET,
    "/search?q=" + PUBLIC_WORDS,
    "/search",
    "/industries/materials",
    "/directions/membranes",
    "/workbench",
    "/challenges/mine",
    "/achievements/mine",
)


@dataclass
class Hiding:
    """What is hidden where; ``path`` is the thing's own page."""

    kind: str
    public_id: str

    @property
    def listed_at(self) -> str:
        return f"/{self.kind}s"

    @property
    def path(self) -> str:
        return f"{self.listed_at}/{self.public_id}"


@pytest.fixture
def site(app):
    with opened(app) as site:
        yield site


@pytest.fixture
def market(database):
    market = a_market(database)
    text = {
        "title": "与它竞争的质子膜",
        "description": f"我们自己也做{SECRET}，低湿电导率 0.072 S/cm，用于燃料电池电堆。" * 3,
    }
    market.achievements["own"] = a_listed_achievement(database, organisation_id=market.institute.id, **text)
    demand = {
        "title": "别家要的质子膜",
        "problem": f"也有人要{SECRET}，低湿电导率提高到 0.06 S/cm，用于燃料电池电堆。" * 3,
    }
    market.challenges["own"] = an_open_challenge(database, organisation_id=market.other.id, **demand)
    database.commit()
    return market


def hidden_challenge(session, market, state, **facts):
    dates = open_dates(at_present()) if state in (ChallengeState.OPEN, ChallengeState.SCHEDULED) else {}
    if state is ChallengeState.SCHEDULED:
        dates |= {"publish_at": at_present() + timedelta(days=2), "published_at": None}
    thing = a_challenge(session, organisation_id=market.enterprise.id, state=state, **(dates | facts))
    return Hiding("challenge", thing.public_id)


def hidden_achievement(session, market, state, **facts):
    dates = listed_dates(at_present()) if state in (AchievementState.SCHEDULED, AchievementState.EXPIRED) else {}
    if state is AchievementState.SCHEDULED:
        dates |= {"publish_at": at_present() + timedelta(days=2), "published_at": None}
    thing = an_achievement(session, organisation_id=market.enterprise.id, state=state, **(dates | facts))
    return Hiding("achievement", thing.public_id)


def an_anonymous_one(session, market):
    market.enterprise.name = f"{SECRET}有限公司"
    market.enterprise.state = OrganisationState.SUSPENDED
    return hidden_challenge(session, market, ChallengeState.OPEN, is_anonymous=True)


def summarised(**facts):
    def make(session, market):
        row = {"indicators": [an_indicator(**facts["indicator"])]} if "indicator" in facts else facts
        return hidden_challenge(session, market, ChallengeState.OPEN, disclosure=Disclosure.SUMMARY, **row)

    return make


def unverified(state):
    def make(session, _market):
        organisation = an_organisation(session, name=f"{SECRET}公司", introduction=SECRET, state=state)
        return Hiding("organisation", organisation.public_id)

    return make


SUMMARISED = {
    "background": {"background": f"现用{SECRET}。"},
    "problem": {"problem": f"{SECRET}低湿时断开。" * 8},
    "scope": {"scope": f"{SECRET}的成膜。"},
    "an indicator's present value": {"indicator": {"present": SECRET}},
    "an indicator's best values": {"indicator": {"domestic_best": SECRET, "international_best": SECRET}},
    "an indicator's test method": {"indicator": {"test_method": SECRET}},
    "an indicator's unit": {"indicator": {"unit": SECRET}},
    "what its kind asks": {
        "kind": ChallengeKind.PROCUREMENT,
        "particulars": {"quantity": SECRET, "acceptance": SECRET},
    },
}
HIDDEN = {
    **{
        f"a challenge that is {state}": lambda session, market, state=state: hidden_challenge(
            session, market, state, title=f"{SECRET}质子膜", summary=SECRET, topics=[SECRET]
        )
        for state in ChallengeState
        if state is not ChallengeState.OPEN
    },
    **{
        f"an achievement that is {state}": lambda session, market, state=state: hidden_achievement(
            session, market, state, title=f"{SECRET}质子膜", summary=SECRET, topics=[SECRET], inventors=[SECRET]
        )
        for state in AchievementState
        if state is not AchievementState.LISTED
    },
    **{f"{place} of a summarised challenge": summarised(**facts) for place, facts in SUMMARISED.items()},
    **{
        f"an organisation that is {state}": unverified(state)
        for state in OrganisationState
        if state is not OrganisationState.VERIFIED
    },
    "the poster of an anonymous challenge": an_anonymous_one,
    "why an open challenge was once returned": lambda session, market: hidden_challenge(
        session, market, ChallengeState.OPEN, state_reason=f"请说明{SECRET}"
    ),
}


def told_and_matched(site, *hidden: Hiding) -> None:
    """As if everything there is had changed: what belongs to the public reaches index and matches, whatever it is."""
    with site.writing() as own:
        for kind in (one for one in site.kinds.kinds.values() if one.versions is not None):
            for public_id in kind.versions(own).keys() | {one.public_id for one in hidden if one.kind == kind.name}:
                subject = Subject(kind.name, public_id)
                services.note(own, subject, now=at_present())
                if kind.name != "organisation":
                    own.add(MatchTask(subject=str(subject), next_at=at_present()))
    site.work()


def told(page: str, asked: str, own: tuple[str, ...]) -> str:
    """What a page says, less the places that repeat what was asked and the entries of one's own and public things."""
    words = read(page).words_without(lambda one: one.tag == "li" and any(_leads_to(one, path) for path in own))
    for echo in (f"“{asked}”", f"：{asked}"):
        words = words.replace(echo, "")
    return words


def _leads_to(entry: Element, path: str) -> bool:
    return any(link.get("href") == path for link in entry.all("a"))


def browsers(app, market):
    for who in STRANGERS:
        yield who, app.test_client() if who == "visitor" else browser_of(app, market.session, market.people[who])


def own_paths(market) -> tuple[str, ...]:
    return (
        f"/achievements/{market.achievements['own'].public_id}",
        f"/challenges/{market.challenges['own'].public_id}",
    )


@pytest.mark.parametrize("place", HIDDEN)
def test_a_word_that_stands_only_in_something_hidden_is_nowhere_to_be_read(site, database, market, place):
    hidden = HIDDEN[place](database, market)
    database.commit()
    told_and_matched(site, hidden)
    own = own_paths(market)
    is_public = hidden.path in read(site.app.test_client().get(f"{hidden.listed_at}").text).links

    leaks = []
    for who, browser in browsers(site.app, market):
        for path in (*PAGES, hidden.path):
            leaks += [f"{who} at {path}"] if SECRET in told(browser.get(path).text, SECRET, own) else []
        for path in own:
            page = read(browser.get(path).text)
            matches = [
                one for one in page.all("li") if one.get("class") == "match" and not any(_leads_to(one, p) for p in own)
            ]
            leaks += [f"{who} in a match at {path}"] if any(SECRET in one.words for one in matches) else []
            leaks += [f"{who} has a link at {path}"] if hidden.path in page.links and not is_public else []
    assert leaks == []


@pytest.mark.parametrize("place", HIDDEN)
def test_the_index_and_the_reasons_of_matches_do_not_hold_it(site, database, market, place):
    hidden = HIDDEN[place](database, market)
    database.commit()
    told_and_matched(site, hidden)
    own = {f"achievement:{market.achievements['own'].public_id}", f"challenge:{market.challenges['own'].public_id}"}

    found = site.index.search(SearchQuery(text=f'"{SECRET}"'))
    assert {hit.key for hit in found.hits} == own
    with site.reading() as session:
        for match in session.scalars(select(Match)):
            pair = {f"{match.subject_kind}:{match.subject_id}", f"{match.object_kind}:{match.object_id}"}
            if pair != own:
                assert SECRET not in json.dumps(match.reasons, ensure_ascii=False)


def test_the_strangers_of_this_test_would_see_the_word_if_it_were_public(site, database, market):
    """The looking glass works: the same places give the word away once it is public."""
    text = f"{SECRET}低湿电导率，用于燃料电池电堆。" * 8
    public = hidden_challenge(database, market, ChallengeState.OPEN, problem=text)
    database.commit()
    told_and_matched(site, public)
    visitor, own = site.app.test_client(), own_paths(market)
    assert SECRET in told(visitor.get(public.path).text, SECRET, own)
    assert SECRET in told(visitor.get(f"/search?q={SECRET}").text, SECRET, own)
    institute = browser_of(site.app, database, market.people["institute owner"])
    assert SECRET in told(institute.get("/workbench").text, SECRET, own)
    entry = next(one for one in read(institute.get(own[0]).text).all("li") if _leads_to(one, public.path))
    assert SECRET in [mark.words for mark in entry.all("mark")]


def test_those_who_may_see_it_do(site, database, market):
    name = market.enterprise.name
    anonymous = hidden_challenge(database, market, ChallengeState.OPEN, is_anonymous=True, title="匿名的质子膜榜单")
    database.commit()
    told_and_matched(site, anonymous)
    shown = {}
    for who in ("enterprise owner", "own reader", "operator", "supervisor", "area officer"):
        shown[who] = name in browser_of(site.app, database, market.people[who]).get(anonymous.path).text
    assert set(shown.values()) == {True}
    assert name not in site.app.test_client().get(anonymous.path).text
    assert "匿名发榜单位" in site.app.test_client().get(anonymous.path).text
    assert "匿名的质子膜榜单" not in site.app.test_client().get(f"/organisations/{market.enterprise.public_id}").text


def test_the_history_of_a_public_thing_is_for_those_close_to_it(site, database, market):
    """The reason of an earlier return stays between the two sides, as does everything else that happened on the way."""
    wanted = {"wanted_close_at": at_present() + timedelta(days=40)}
    open_one = hidden_challenge(database, market, ChallengeState.SUBMITTED, **wanted)
    database.commit()
    owner = a_member(market.enterprise.id, Role.OWNER)
    for step, actor, facts in (
        ("return", OPERATOR, {"reason": f"请说明{SECRET}"}),
        ("submit", owner, {}),
        ("publish", OPERATOR, {"bids_close_at": at_present() + timedelta(days=9)}),
    ):
        site.step("challenge", open_one.public_id, step, now=at_present(), actor=actor, **facts)

    shown = {"visitor": site.app.test_client().get(open_one.path).text}
    for who, person in market.people.items():
        shown[who] = browser_of(site.app, database, person).get(open_one.path).text
    own = {"enterprise owner", "own approver", "own editor", "own reader"}
    assert {who for who, page in shown.items() if SECRET in page} == own | {"operator", "supervisor", "area officer"}
    assert {who for who, page in shown.items() if "人 " in read(page).all("main")[0].words} == set(), (
        "roles, never names"
    )
