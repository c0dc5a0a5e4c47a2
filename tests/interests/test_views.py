"""The pages: from the button on an achievement to an operator who gives a reason."""

import pytest

from marketplace.core.actor import Role
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.market import a_listed_achievement

SAID = {"words": "想在中试线上试用 3 平方米", "has_no_state_secrets": "y"}


@pytest.fixture
def achievement(database):
    made = a_listed_achievement(database)
    database.commit()
    return made


def someone_of(app, database, organisation):
    person = a_user(database)
    a_membership(database, person, organisation, Role.EDITOR)
    return a_browser_of(app, database, person)


@pytest.fixture
def seeker(app, database):
    return someone_of(app, database, an_organisation(database, name="试用单位有限公司"))


@pytest.fixture
def owner(app, database, achievement):
    return someone_of(app, database, achievement.organisation)


@pytest.fixture
def stranger(app, database):
    return someone_of(app, database, an_organisation(database))


@pytest.fixture
def operator(app, database):
    person = a_user(database)
    a_staff_grant(database, person, Role.OPERATOR)
    return a_browser_of(app, database, person)


def test_two_organisations_come_to_terms(client, achievement, seeker, owner, stranger):
    here = f"/achievements/{achievement.public_id}"
    assert "表达合作意向" in seeker.get(here).text
    assert "表达合作意向" not in client.get(here).text
    answer = seeker.post(f"{here}/interest", data=SAID)
    page = answer.location
    assert SAID["words"] in seeker.get(page).text
    assert "查看合作意向" in seeker.get(here).text

    assert "试用单位有限公司" in owner.get(here).text
    assert "合作意向等待答复" in owner.get("/workbench").text
    owner.post(f"{page}/reply", data={"words": "可以，先签保密协议", "has_no_state_secrets": "y"})
    assert "可以，先签保密协议" in seeker.get(page).text
    assert achievement.title in seeker.get("/interests").text

    assert stranger.get(page).status_code == 404
    assert client.get(page).status_code == 302
    assert "试用单位有限公司" not in stranger.get(here).text

    seeker.post(f"{page}/close")
    assert owner.post(f"{page}/reply", data=SAID).status_code == 409
    assert "重新表达意向" in seeker.get(page).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"words": SAID["words"]}, "国家秘密"),
        (SAID | {"words": ""}, "请填写内容"),
        (SAID | {"words": "长" * 4001}, "4000"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(achievement, seeker, typed, words):
    address = f"/achievements/{achievement.public_id}/interest"
    answer = seeker.post(address, data=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["words"][:100] in answer.text
    page = seeker.post(address, data=SAID).location
    answer = seeker.post(f"{page}/reply", data=typed)
    assert answer.status_code == 422
    assert words in answer.text


def test_an_operator_sees_that_there_is_one_and_reads_it_once_by_reason(achievement, seeker, owner, operator):
    page = seeker.post(f"/achievements/{achievement.public_id}/interest", data=SAID).location
    assert SAID["words"] not in operator.get(page).text
    assert operator.post(f"{page}/inspect", data={"reason": ""}).status_code == 422
    shown = operator.post(f"{page}/inspect", data={"reason": "收到投诉，核实往来"})
    assert SAID["words"] in shown.text
    assert SAID["words"] not in operator.get(page).text
    for side in (seeker, owner):
        assert "收到投诉，核实往来" in side.get(page).text
        assert side.post(f"{page}/inspect", data={"reason": "好奇"}).status_code == 403


def test_whoever_is_not_verified_is_told_so(app, database, achievement):
    person = a_user(database)
    a_membership(database, person, an_organisation(database, state="unverified"), Role.EDITOR)
    browser = a_browser_of(app, database, person)
    answer = browser.post(f"/achievements/{achievement.public_id}/interest", data=SAID)
    assert answer.status_code == 409
    assert SAID["words"] in answer.text
