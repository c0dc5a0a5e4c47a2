"""The button, the list of follows, and what it does not tell."""

import pytest

from marketplace.core.actor import Role
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.market import a_listed_achievement, an_open_challenge


@pytest.fixture
def browser(app, database):
    person = a_user(database)
    a_membership(database, person, an_organisation(database), Role.EDITOR)
    return a_browser_of(app, database, person)


def follow(browser, kind, subject_id, on="1", **more):
    return browser.post("/follows", data={"kind": kind, "subject_id": subject_id, "on": on} | more)


def test_what_is_followed_stands_on_its_page_the_list_and_the_workbench(database, browser):
    challenge, achievement = an_open_challenge(database), a_listed_achievement(database)
    database.commit()
    pages = {
        ("challenge", challenge.public_id): f"/challenges/{challenge.public_id}",
        ("achievement", achievement.public_id): f"/achievements/{achievement.public_id}",
        ("organisation", challenge.organisation.public_id): f"/organisations/{challenge.organisation.public_id}",
        ("direction", "membranes"): "/directions/membranes",
    }
    for (kind, subject_id), page in pages.items():
        assert "取消关注" not in browser.get(page).text
        assert follow(browser, kind, subject_id).location == page
        assert "取消关注" in browser.get(page).text
    for page in ("/follows", "/workbench"):
        shown = browser.get(page).text
        assert all(title in shown for title in (challenge.title, achievement.title, challenge.organisation.name))

    answer = follow(browser, "challenge", challenge.public_id, "0", list="1")
    assert answer.location == "/follows"
    assert challenge.title not in browser.get("/follows").text


def test_english_readers_read_english_titles(database, browser):
    challenge = an_open_challenge(database, title_en="A membrane for dry gas")
    database.commit()
    follow(browser, "challenge", challenge.public_id)
    assert "A membrane for dry gas" in browser.get("/follows?lang=en").text


def test_what_has_gone_is_named_no_longer(database, browser):
    challenge = an_open_challenge(database, title="只有关注的人还记得")
    database.commit()
    follow(browser, "challenge", challenge.public_id)
    challenge.state = "withdrawn"
    database.commit()
    page = browser.get("/follows").text
    assert "已不公开" in page
    assert "只有关注的人还记得" not in page


def test_nobody_follows_what_they_cannot_see(database, browser):
    hidden = an_open_challenge(database)
    hidden.state, hidden.number, hidden.published_at = "submitted", None, None
    database.commit()
    assert follow(browser, "challenge", hidden.public_id).status_code == 404
    assert follow(browser, "direction", "no-such-direction").status_code == 404
    assert follow(browser, "user", "a" * 12).status_code == 404


def test_a_visitor_is_led_to_sign_in_and_back(client, database):
    challenge = an_open_challenge(database)
    database.commit()
    page = f"/challenges/{challenge.public_id}"
    assert f"/login?next={page}" in client.get(page).text
    assert follow(client, "challenge", challenge.public_id).status_code == 401
