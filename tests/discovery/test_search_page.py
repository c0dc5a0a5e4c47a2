"""The search page over a real index: numbers, quotes, facets, and what it says when the index is gone."""

from urllib.parse import quote

import pytest

from marketplace.achievements.lifecycle import AchievementState
from marketplace.challenges.lifecycle import ChallengeState
from search.engines.embedded.engine import REFRESH_SECONDS
from tests.indexing.ruins import lose_meta, lose_segments, ruin_meta, ruin_pointer, ruin_segments
from tests.journeys.market import a_listed_achievement, a_market, an_open_challenge, browser_of
from tests.journeys.pages import Element, read
from tests.journeys.site import Down, opened

MEMBRANE, CHIP, OFFER = "低湿质子交换膜电导率", "车规芯片良率提升", "复合质子膜样品"
DOWN_WORDS = "全文搜索暂时不可用"


@pytest.fixture
def market(app, database):
    market = a_market(database)
    enterprise, institute = market.enterprise.id, market.institute.id
    market.challenges = {
        "membrane": an_open_challenge(database, organisation_id=enterprise, title=MEMBRANE, number="JB-2026-0147"),
        "chip": an_open_challenge(
            database,
            organisation_id=enterprise,
            title=CHIP,
            summary="提高封装良率。",
            problem="封装翘曲导致良率下降，现有治具无法补偿温度变化，需要新的工装与算法来稳定良率，降低返修。",
            background=None,
            scope=None,
            direction="intelligent-chips",
            topics=["车规芯片"],
            area="nanxiang",
            budget_fen=0,
            indicators=[],
            number="JB-2026-0148",
        ),
    }
    market.achievements["offer"] = a_listed_achievement(database, organisation_id=institute, title=OFFER)
    database.commit()
    with opened(app) as site:
        from marketplace.indexing import worker
        from tests.journeys.market import at_present

        worker.rebuild(site.database, site.index, site.kinds, now=at_present())
    return market


def search(client, words: str = "", **arguments) -> Element:
    answer = client.get("/search", query_string={"q": words, **arguments})
    assert answer.status_code == 200
    return read(answer.text)


def titles(page: Element) -> list[str]:
    return [one.words for one in page.all("a") if one.get("class") == "row-title"]


def total(page: Element) -> str:
    return next(one.all("p")[0].words for one in page.all("div") if one.get("class") == "result-line")


def facets(page: Element) -> dict[str, list[str]]:
    groups = [one for one in page.all("div") if one.get("class") == "facet"]
    return {group.all("h2")[0].words: [_said(link) for link in group.all("a")] for group in groups}


def _said(link: Element) -> str:
    return " ".join(span.words for span in link.all("span"))


class TestFinding:
    def test_words_find_challenges_achievements_and_say_how_many(self, client, market):
        page = search(client, "质子膜")
        assert set(titles(page)) == {MEMBRANE, OFFER}
        assert total(page) == "共 2 项"

    def test_what_matched_is_marked_and_nothing_is_markup(self, client, market, database):
        market.challenges["membrane"].title = "质子膜<b>与</b>&电导率"
        market.challenges["membrane"].version += 1
        database.commit()
        page = client.get("/search?q=质子交换膜").text
        assert "<mark>" in page
        assert "<b>与</b>" not in page

    @pytest.mark.parametrize("number", ["JB-2026-0147", "jb-2026-0147", " JB-2026-0147 "])
    def test_an_exact_number_comes_first(self, client, market, number):
        assert titles(search(client, number))[0] == MEMBRANE

    def test_a_credit_code_and_a_patent_number_are_found_exactly(self, client, market):
        assert titles(search(client, market.institute.code)) == [market.institute.name]
        assert titles(search(client, "ZL202310123456.7"))[0] == OFFER

    def test_what_is_in_quotes_must_stand_so(self, client, market):
        assert titles(search(client, '"电导率交换膜"')) == []
        assert MEMBRANE in titles(search(client, '"质子交换膜电导率"'))

    def test_no_words_ask_for_everything_the_newest_first(self, client, market, database):
        assert total(search(client)) == "共 6 项"

    def test_nothing_found_says_what_to_do(self, client, market):
        page = search(client, "鸡尾酒调制机器人")
        assert (titles(page), total(page)) == ([], "共 0 项")
        assert "没有找到" in page.words

    @pytest.mark.parametrize(
        "query",
        [
            "q=" + "膜" * 5000,
            "q=%00",
            "q=%22",
            "q=%22%22",
            "q=*%3F%5B%5D()%3A%2B-AND+OR",
            "q=%F0%9F%92%A7",
            "page=-3",
            "page=abc",
            "page=99999999999999999999",
            "kind=nonsense",
            "direction=%22x%22&direction=membranes",
            "sort=nonsense",
            "readiness=x&year=",
        ],
    )
    def test_odd_questions_get_a_page(self, client, market, query):
        assert client.get(f"/search?{query}").status_code == 200

    def test_the_english_page_finds_the_same(self, client, market):
        page = search(client, "质子膜", lang="en")
        assert set(titles(page)) == {MEMBRANE, OFFER}


class TestFacets:
    def test_they_count_what_choosing_them_would_show(self, client, market):
        page = search(client)
        found = facets(page)
        assert found["类别"] == ["单位 3", "榜单 2", "成果 1"]
        assert found["方向"] == ["高性能膜材料 2", "智能芯片 1"]
        for kind in ("organisation", "challenge", "achievement"):
            narrowed = search(client, kind=kind)
            assert total(narrowed) == f"共 {len(titles(narrowed))} 项"

    def test_a_chosen_value_narrows_and_does_not_hide_its_alternatives(self, client, market):
        page = search(client, kind="challenge")
        assert set(titles(page)) == {MEMBRANE, CHIP}
        assert facets(page)["类别"] == ["单位 3", "榜单 2", "成果 1"]

    def test_two_facets_add_up_and_two_values_are_alternatives(self, client, market):
        both = {"kind": ["challenge", "achievement"], "direction": "membranes"}
        assert set(titles(search(client, **both))) == {MEMBRANE, OFFER}

    def test_the_industries_are_those_of_the_directions(self, client, market):
        assert titles(search(client, industry="intelligence")) == [CHIP]

    def test_a_link_of_a_facet_keeps_the_words_and_takes_itself_away(self, client, market):
        page = search(client, "质子膜", kind="challenge")
        links = {_said(one).split()[0]: one.get("href") for one in page.all("a") if one.all("span")}
        assert f"q={quote('质子膜')}" in links["成果"]
        assert set(titles(read(client.get(links["成果"]).text))) == {MEMBRANE, OFFER}
        assert "kind=" not in links["榜单"]

    def test_a_budget_to_be_discussed_is_a_value(self, client, market):
        assert titles(search(client, budget="to-be-discussed")) == [CHIP]


class TestRowsAreAskedAgain:
    """The index may lag behind: whatever it says, a row is shown only to those who may see it now."""

    @pytest.mark.parametrize("state", [ChallengeState.WITHDRAWN, ChallengeState.RETURNED])
    def test_what_was_withdrawn_a_moment_ago_is_not_shown_although_the_index_has_it(
        self, client, market, database, state
    ):
        market.challenges["membrane"].state = state
        database.commit()
        assert MEMBRANE not in titles(search(client, "质子膜"))

    def test_the_same_for_an_achievement_and_an_organisation(self, client, market, database):
        market.achievements["offer"].state = AchievementState.EXPIRED
        market.other.state = "suspended"
        database.commit()
        shown = titles(search(client))
        assert [name in shown for name in (OFFER, market.other.name)] == [False, False]


class TestWithoutTheEngine:
    def test_the_page_says_so_and_falls_back_on_titles(self, app, client, market):
        with opened(app) as site:
            site.index = Down()
        page = search(client, "质子")
        assert DOWN_WORDS in page.words
        assert set(titles(page)) == {MEMBRANE, OFFER}
        assert "没有标题含这些词的榜单" in search(client, "鸡尾酒").words

    def test_the_other_pages_go_on(self, app, client, market, database):
        with opened(app) as site:
            site.index = Down()
        owner = browser_of(app, database, market.people["enterprise owner"])
        pages = [
            "/",
            "/challenges",
            "/achievements",
            f"/challenges/{market.challenges['chip'].public_id}",
            "/workbench",
        ]
        assert [owner.get(path).status_code for path in pages] == [200] * len(pages)

    def test_before_the_first_build_too(self, client, database):
        a_market(database)
        assert DOWN_WORDS in search(client, "质子").words

    @pytest.mark.parametrize("ruin", [ruin_pointer, ruin_meta, ruin_segments, lose_meta])
    def test_a_ruined_index_folder_is_said_not_shown_as_an_error(self, app, client, market, tmp_path, ruin):
        """A web process that has nothing open yet, as after a restart."""
        ruin(tmp_path / "search")
        with opened(app) as site:
            site.index._opened, site.index._checked_at = None, float("-inf")
        page = search(client, "质子")
        assert DOWN_WORDS in page.words
        assert set(titles(page)) == {MEMBRANE, OFFER}

    @pytest.mark.parametrize("ruin", [ruin_pointer, ruin_meta, lose_segments, lose_meta])
    def test_an_index_that_is_ruined_under_a_running_process_gives_no_error(self, app, client, market, tmp_path, ruin):
        """What it has open may go on answering; what it may not do is fail."""
        assert MEMBRANE in titles(search(client, "质子膜"))
        ruin(tmp_path / "search")
        with opened(app) as site:
            site.index._checked_at -= 2 * REFRESH_SECONDS
        assert MEMBRANE in titles(search(client, "质子"))

    def test_readiness_names_the_part_that_is_missing(self, app, client, market):
        with opened(app) as site:
            site.index = Down()
        app.extensions["jiebang.ready"]["search"] = Down().is_ready
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["parts"]["search"]) == (503, "the engine is down")


def test_a_fallback_shows_a_stranger_no_drafts(app, client, market, database):
    from tests.factories.challenges import a_challenge

    a_challenge(database, organisation_id=market.enterprise.id, title="还没公开的质子膜")
    database.commit()
    with opened(app) as site:
        site.index = Down()
    for browser in (client, browser_of(app, database, market.people["institute owner"])):
        assert "还没公开的质子膜" not in titles(search(browser, "质子"))
