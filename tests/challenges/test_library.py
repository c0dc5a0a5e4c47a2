"""Indicators picked from the library, read on its page, and put into a row of the form."""

import pytest

from marketplace.core.actor import Role
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.pages import forms_of, read

NEW = "/challenges/new/research"
PICK = {"add_from_library": "1", "title": "质子膜", "direction": "membranes", "indicators-0-comparator": "at_least"}


@pytest.fixture
def browser(app, database):
    person = a_user(database)
    a_membership(database, person, an_organisation(database), Role.EDITOR)
    return a_browser_of(app, database, person)


def sent(page: str) -> dict[str, str]:
    """What the form would send."""
    form = max(forms_of(read(page)), key=lambda one: len(one.values))
    return dict(form.values)


def row_of(page: str, number: int) -> list[str]:
    values = sent(page)
    return [values[f"indicators-{number}-{name}"] for name in ("name", "comparator", "unit", "test_method")]


def test_every_direction_shows_its_indicators(client):
    assert "20 个常用考核指标" in client.get("/directions/membranes").text
    page = client.get("/directions/membranes/indicators").text
    assert all(words in page for words in ("质子电导率", "S/cm", "GB/T 20042.3", "越高越好"))
    english = client.get("/directions/membranes/indicators?lang=en").text
    assert "Proton conductivity" in english
    assert client.get("/directions/no-such/indicators").status_code == 404


def test_a_picked_indicator_fills_the_first_free_row_and_what_was_typed_stays(browser):
    answer = browser.post(NEW, data=PICK | {"library": "membranes:1"})
    assert answer.status_code == 200
    assert row_of(answer.text, 0) == ["质子电导率", "at_least", "S/cm", "GB/T 20042.3"]
    assert "质子膜" in answer.text

    typed = {"indicators-0-name": "我自己的指标", "indicators-0-target": "3"}
    page = browser.post(NEW, data=PICK | typed | {"library": "membranes:3"}).text
    assert sent(page)["indicators-0-name"] == "我自己的指标"
    assert sent(page)["indicators-0-target"] == "3"
    assert row_of(page, 1)[0] != ""


def test_what_is_not_in_the_library_changes_nothing(browser):
    for key in ("membranes:99", "no-such:1", ""):
        page = browser.post(NEW, data=PICK | {"library": key}).text
        assert row_of(page, 0) == ["", "at_least", "", ""]


def test_the_chosen_direction_stands_first_and_names_follow_the_language(browser):
    page = browser.post(NEW, data=PICK | {"library": ""}).text
    picker = next(one for one in read(page).all("select") if one.get("id") == "library")
    assert next(one.get("label") for one in picker.all("optgroup")) == "高性能膜材料"
    assert len(picker.all("option")) == 240
    picked = browser.post(f"{NEW}?lang=en", data=PICK | {"library": "membranes:1"}).text
    assert row_of(picked, 0)[0] == "Proton conductivity"
