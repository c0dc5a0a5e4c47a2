"""The way to an export from its list."""

import io
import json

import pytest
from python_calamine import CalamineWorkbook

from marketplace.challenges.lifecycle import ChallengeState
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.market import an_open_challenge


@pytest.fixture
def person(database):
    organisation = an_organisation(database)
    person = a_user(database)
    a_membership(database, person, organisation)
    a_challenge(database, organisation_id=organisation.id, title="我的草稿")
    for title in ("质子膜", "电堆"):
        an_open_challenge(database, title=title)
    database.commit()
    return person


@pytest.fixture
def browser(app, database, person):
    return a_browser_of(app, database, person)


def test_a_lists_links_keep_its_filters(browser):
    page = browser.get("/challenges?q=质子&sort=closing").text

    assert "/exports/challenges.xlsx?q=%E8%B4%A8%E5%AD%90&amp;sort=closing" in page


def test_a_list_comes_as_a_sheet(browser):
    with browser.get("/exports/challenges.xlsx?q=质子") as answer:
        cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()

    assert [row[cells[0].index("标题")] for row in cells[1:]] == ["质子膜"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_own_things_come_as_lines(browser):
    with browser.get("/exports/own-challenges.jsonl") as answer:
        (row,) = [json.loads(line) for line in answer.text.splitlines()]

    assert (row["title"], row["state"], row["version"]) == ("我的草稿", str(ChallengeState.DRAFT), 1)


def test_a_visitor_is_asked_to_sign_in_and_sees_no_links(client, person):
    assert "/exports/" not in client.get("/challenges").text
    assert client.get("/exports/challenges.xlsx").location.startswith("/login?next=/exports/challenges.xlsx")


def test_a_list_that_nobody_offers_is_not_there(browser):
    assert browser.get("/exports/passwords.xlsx").status_code == 404
    assert browser.get("/exports/challenges.csv").status_code == 404
