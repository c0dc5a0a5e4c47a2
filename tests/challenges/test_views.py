"""The pages of challenges: typed, kept, refused, told."""

import re

import pytest
from sqlalchemy import select

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.actor import Role
from marketplace.organisations.models import Membership
from tests.accounts.browser import a_browser_of
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation

S = ChallengeState
TYPED = {
    "title": "导电玻璃",
    "summary": "寻求 91% 透过率的导电玻璃。",
    "problem": "透过率与方阻此消彼长；" * 8,
    "budget_fen": "120.5",
    "months": "18",
    "wanted_close_at": "2030-01-01T09:00",
    "topics": "导电玻璃，方阻",
    "secrecy": "public",
    "disclosure": "full",
    "has_no_state_secrets": "y",
    "indicators-0-name": "透过率",
    "indicators-0-comparator": "at_least",
    "indicators-0-target": "91",
    "indicators-0-unit": "%",
}


@pytest.fixture
def poster(database):
    organisation = an_organisation(database)
    person = a_user(database)
    database.add(Membership(user_id=person.id, organisation_id=organisation.id, role=Role.OWNER, joined_at=NOON))
    database.commit()
    return person, organisation


@pytest.fixture
def owner(app, database, poster):
    return a_browser_of(app, database, poster[0])


@pytest.fixture
def operator(app, database):
    person = a_user(database)
    a_staff_grant(database, person, Role.OPERATOR)
    database.commit()
    return a_browser_of(app, database, person)


def stored(database):
    database.expire_all()
    return database.scalars(select(Challenge)).one()


def test_an_owner_posts_and_submits_in_one_go(owner, database):
    answer = owner.post("/challenges/new/research", data=TYPED | {"submit": "1"})

    challenge = stored(database)
    assert answer.location.startswith(f"/challenges/{challenge.public_id}")
    assert (challenge.state, challenge.budget_fen, challenge.topics) == (S.SUBMITTED, 120_500_000, ["导电玻璃", "方阻"])
    assert "待审核" in owner.get(answer.location).text


def test_a_draft_is_saved_with_gaps(owner, database):
    owner.post("/challenges/new/research", data={"title": "只有标题", "save": "1"})
    assert (stored(database).state, stored(database).problem) == (S.DRAFT, None)


def test_what_was_typed_stays_when_something_is_missing(owner, database):
    answer = owner.post("/challenges/new/research", data=TYPED | {"submit": "1", "months": "", "summary": ""})

    assert answer.status_code == 422
    assert database.scalars(select(Challenge)).all() == []
    assert 'value="导电玻璃"' in answer.text
    assert 'href="#months"' in answer.text
    assert 'href="#summary"' in answer.text


def test_a_target_that_cannot_be_checked_is_told_at_its_row(owner):
    rows = {
        "indicators-1-name": "方阻",
        "indicators-1-comparator": "between",
        "indicators-1-target": "8",
        "indicators-2-name": "",
        "indicators-2-comparator": "at_least",
        "indicators-3-name": "寿命",
        "indicators-3-comparator": "at_least",
        "indicators-3-target": "很长",
    }
    answer = owner.post("/challenges/new/research", data=TYPED | rows)

    assert answer.status_code == 422
    assert set(re.findall(r'href="#(indicators-\d+-\w+)"', answer.text)) == {
        "indicators-1-target_upper",
        "indicators-3-target",
    }
    assert 'value="很长"' in answer.text


def test_a_row_is_added_and_removed_without_losing_the_others(owner):
    page = owner.post("/challenges/new/research", data=TYPED | {"add_row": "1"}).text
    assert 'name="indicators-1-name"' in page
    assert 'value="透过率"' in page

    rows = {"indicators-1-name": "方阻", "indicators-1-comparator": "at_most", "indicators-1-target": "8"}
    page = owner.post("/challenges/new/research", data=TYPED | rows | {"remove_row": "0"}).text
    assert 'value="透过率"' not in page
    assert 'id="indicators-0-name" maxlength' not in page
    assert 'value="方阻"' in page


@pytest.mark.parametrize(("typed", "words"), [("abc", "请填写数字"), ("-1", "不能小于 0"), ("0.0000001", "精确到分")])
def test_an_amount_that_makes_no_sense_is_told_and_kept(owner, typed, words):
    answer = owner.post("/challenges/new/research", data=TYPED | {"budget_fen": typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_scene_asks_for_its_own_facts(owner, database):
    page = owner.get("/challenges/new/scene").text
    assert "场景地点" in page

    facts = {
        "particulars-offered": "site",
        "particulars-place": "安亭环线",
        "particulars-window_from": "2027-03-01",
        "particulars-window_to": "2027-09-30",
        "particulars-safety_duties": "运营方负责现场",
    }
    owner.post("/challenges/new/scene", data=TYPED | facts | {"submit": "1"})

    challenge = stored(database)
    assert challenge.state is S.SUBMITTED
    assert challenge.particulars == {name.partition("-")[2]: value for name, value in facts.items()}
    assert "安亭环线" in owner.get(f"/challenges/{challenge.public_id}").text


def test_someone_without_an_organisation_is_told_what_to_do_first(app, database):
    person = a_user(database)
    database.commit()
    browser = a_browser_of(app, database, person)
    assert "登记单位" in browser.get("/challenges/new").text
    assert browser.post("/challenges/new/research", data=TYPED).status_code == 403


def test_an_unverified_organisation_is_told_and_keeps_what_it_typed(app, database, poster, owner):
    poster[1].state = "submitted"
    database.commit()
    answer = owner.post("/challenges/new/research", data=TYPED | {"submit": "1"})
    assert answer.status_code == 409
    assert "通过认证后才能" in answer.text
    assert 'value="导电玻璃"' in answer.text


def test_the_operator_returns_with_a_reason_and_the_poster_reads_it(database, poster, owner, operator):
    challenge = a_challenge(database, organisation_id=poster[1].id, state=S.SUBMITTED)
    database.commit()
    here = f"/challenges/{challenge.public_id}"

    assert operator.post(f"{here}/return", data={"reason": ""}).status_code == 422
    operator.post(f"{here}/return", data={"reason": "请补充检测方法"})

    assert stored(database).state is S.RETURNED
    assert "请补充检测方法" in owner.get(here).text
    assert "榜单被退回" in owner.get("/workbench").text


def test_saving_over_somebody_elses_change_shows_both_and_loses_nothing(database, poster, owner):
    challenge = a_challenge(database, organisation_id=poster[1].id)
    database.commit()
    here = f"/challenges/{challenge.public_id}"
    seen = TYPED | {"version": "1", "title": "我的标题"}
    owner.post(f"{here}/edit", data=TYPED | {"version": "1", "title": "别人的标题"})

    answer = owner.post(f"{here}/edit", data=seen)

    assert answer.status_code == 409
    assert "别人已经改过" in answer.text
    assert 'value="我的标题"' in answer.text
    assert "别人的标题" in answer.text
    assert stored(database).title == "别人的标题"


def test_steps_of_other_people_and_unknown_things_are_refused(database, poster, owner, client):
    challenge = a_challenge(database, organisation_id=poster[1].id, state=S.SUBMITTED)
    database.commit()
    here = f"/challenges/{challenge.public_id}"
    assert owner.post(f"{here}/publish").status_code == 403
    assert owner.post(f"{here}/submit").status_code == 409
    assert owner.post(f"{here}/explode").status_code == 404
    assert owner.post(f"{here}/import_publish").status_code == 404
    assert client.get(here).status_code == 404
    assert client.post(f"{here}/withdraw").status_code == 401
    assert client.get("/challenges/abcdefghijkm").status_code == 404


def test_an_anonymous_poster_and_a_summary_keep_their_secrets_on_page_and_list(database, poster, client, owner):
    poster[1].name = "嘉定隐名制造有限公司"
    challenge = a_challenge(
        database,
        organisation_id=poster[1].id,
        state=S.OPEN,
        is_anonymous=True,
        disclosure="summary",
        problem="只有我们知道的工况谱" * 12,
    )
    database.commit()
    here = f"/challenges/{challenge.public_id}"
    for page in (client.get(here).text, client.get("/challenges").text, client.get("/").text):
        assert "隐名制造" not in page
        assert "工况谱" not in page
    assert "隐名制造" in owner.get(here).text
    assert "工况谱" in owner.get(here).text
