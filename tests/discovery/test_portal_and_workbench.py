"""The portal shows what is open; the workbench shows each person what waits for them, and nobody else's."""

from datetime import timedelta

import pytest

from tests.factories.challenges import a_challenge
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.market import (
    a_listed_achievement,
    a_market,
    an_open_challenge,
    at_present,
    browser_of,
    listed_dates,
    stocked,
)
from tests.journeys.pages import Element, read


def titles(page: Element) -> list[str]:
    return [one.words for one in page.all("a") if one.get("class") == "row-title"]


@pytest.fixture
def market(database):
    return a_market(database)


def card(page: Element, heading: str) -> Element:
    cards = [one for one in page.all("section") if "card" in one.get("class").split()]
    return next(one for one in cards if [head.words for head in one.all("h2")][:1] == [heading])


class TestThePortal:
    def test_it_shows_what_may_still_be_answered_the_most_urgent_first(self, client, database, market):
        now = at_present()
        later = an_open_challenge(database, title="后截止的", bids_close_at=now + timedelta(days=20))
        soon = an_open_challenge(database, title="快截止的", bids_close_at=now + timedelta(days=2, hours=1))
        an_open_challenge(database, title="已截止的", bids_close_at=now - timedelta(seconds=1))
        a_challenge(database, title="还是草稿的")
        database.commit()
        page = read(client.get("/").text)
        shown = titles(card(page, "正在揭榜"))
        assert shown == [soon.title, later.title]
        assert "还剩 2 天" in page.words

    def test_it_counts_what_is_public_by_industry_and_in_all(self, client, database, market):
        an_open_challenge(database, organisation_id=market.enterprise.id)
        a_listed_achievement(database, organisation_id=market.institute.id)
        a_challenge(database, organisation_id=market.enterprise.id)
        an_organisation(database, state="submitted", verified_at=None)
        database.commit()
        page = read(client.get("/").text)
        tile = next(one for one in page.all("li") if "未来材料" in one.words and one.all("i"))
        assert [one.words for one in tile.all("i")] == ["榜 1", "成果 1"]
        figures = [one.words for one in card(page, "概况").all("li")]
        assert figures == ["1 项 已发榜单", "1 项 可转化成果", "3 家 认证单位"]

    def test_an_empty_market_says_how_to_begin(self, client):
        words = read(client.get("/").text).words
        assert "现在没有正在揭榜的榜单" in words
        assert "还没有公开的成果" in words

    @pytest.mark.parametrize("path", ["/industries/materials", "/directions/membranes"])
    def test_an_industry_and_a_direction_list_their_own(self, client, database, market, path):
        an_open_challenge(database, title="膜的榜单")
        an_open_challenge(database, title="芯片的榜单", direction="intelligent-chips")
        a_listed_achievement(database, title="膜的成果")
        database.commit()
        assert titles(read(client.get(path).text)) == ["膜的榜单", "膜的成果"]

    def test_an_organisation_s_page_lists_what_it_has_on_the_market(self, client, database, market):
        an_open_challenge(database, organisation_id=market.enterprise.id, title="公开的榜单")
        an_open_challenge(database, organisation_id=market.enterprise.id, title="匿名的榜单", is_anonymous=True)
        a_challenge(database, organisation_id=market.enterprise.id, title="草稿榜单")
        a_listed_achievement(database, organisation_id=market.enterprise.id, title="挂牌的成果")
        database.commit()
        page = read(client.get(f"/organisations/{market.enterprise.public_id}").text)
        assert titles(page) == ["公开的榜单", "挂牌的成果"]


class TestTheWorkbench:
    def tasks(self, app, market, who: str) -> list[str]:
        page = read(browser_of(app, market.session, market.people[who]).get("/workbench").text)
        return [" ".join(one.words.split()) for one in page.all("li") if one.get("class") == "task"]

    def test_an_operator_has_what_is_submitted_to_review(self, app, database, market):
        stocked(market)
        found = self.tasks(app, market, "operator")
        assert [("榜单待审核" in one, "成果待审核" in one) for one in found] == [(True, False), (False, True)]

    def test_a_poster_has_what_was_returned_and_what_is_unfinished(self, app, market):
        stocked(market)
        for who in ("enterprise owner", "own editor", "own approver"):
            found = self.tasks(app, market, who)
            assert sum("榜单被退回" in one for one in found) == 1, who
            assert sum("榜单草稿未提交" in one for one in found) == 1, who

    @pytest.mark.parametrize("who", ["own reader", "other editor", "supervisor", "area officer", "finance officer"])
    def test_nobody_has_what_they_cannot_do(self, app, market, who):
        stocked(market)
        assert self.tasks(app, market, who) == []

    def test_an_owner_has_what_expired(self, app, market):
        stocked(market)
        found = self.tasks(app, market, "institute owner")
        assert sum("挂牌已到期" in one for one in found) == 1

    def test_an_owner_is_told_in_good_time_that_a_listing_ends(self, app, database, market):
        dates = listed_dates(at_present()) | {"listed_until": at_present() + timedelta(days=5)}
        a_listed_achievement(database, organisation_id=market.institute.id, title="快到期的成果", **dates)
        a_listed_achievement(database, organisation_id=market.institute.id, title="还早的成果")
        database.commit()
        found = self.tasks(app, market, "institute owner")
        assert [("快到期的成果" in one, "还早的成果" in one) for one in found] == [(True, False)]

    def test_an_organisation_waits_for_its_operator_and_its_owner(self, app, database, market):
        submitted = an_organisation(database, name="待认证的公司", state="submitted", verified_at=None)
        unverified = an_organisation(
            database, name="没提交的公司", state="unverified", submitted_at=None, verified_at=None
        )
        a_membership(database, market.people["other owner"], unverified)
        database.commit()
        assert sum(submitted.name in one for one in self.tasks(app, market, "operator")) == 1
        assert sum(unverified.name in one for one in self.tasks(app, market, "other owner")) == 1

    def test_who_has_nothing_to_do_is_told_so_and_who_has_no_organisation_how_to_get_one(self, app, database, market):
        page = read(browser_of(app, database, market.people["nobody's member"]).get("/workbench").text).words
        assert "先登记单位" in page
        assert "登记单位" in page

    def test_a_visitor_is_asked_to_sign_in(self, client):
        assert client.get("/workbench").location == "/login?next=/workbench"
