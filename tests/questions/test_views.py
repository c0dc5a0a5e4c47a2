"""The pages of questions: asked, answered, hidden, told; and nobody learns who asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core.actor import Role
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Clarification, Question
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.factories.questions import a_question
from tests.journeys.market import an_open_challenge, at_present

NO_SECRETS = {"has_no_state_secrets": "y"}


@pytest.fixture
def challenge(database):
    challenge = an_open_challenge(database)
    database.commit()
    return challenge


@pytest.fixture
def asking_organisation(database):
    return an_organisation(database, name="想揭榜的研究所")


@pytest.fixture
def asker(app, database, asking_organisation):
    person = a_user(database, name="林工")
    a_membership(database, person, asking_organisation, Role.EDITOR)
    return a_browser_of(app, database, person)


@pytest.fixture
def poster(app, database, challenge):
    person = a_user(database)
    a_membership(database, person, challenge.organisation)
    return a_browser_of(app, database, person)


@pytest.fixture
def operator(app, database):
    person = a_user(database)
    a_staff_grant(database, person, Role.OPERATOR)
    return a_browser_of(app, database, person)


@pytest.fixture
def here(challenge):
    return f"/challenges/{challenge.public_id}"


def test_a_question_is_asked_answered_and_read_by_everybody(client, database, here, asker, poster):
    asked = asker.post(f"{here}/questions", data={"words": "低湿指多少？"} | NO_SECRETS)
    assert asked.location == f"{here}/questions"
    look_again(database)
    question = database.scalars(select(Question)).one()
    assert "收到提问" in poster.get("/workbench").text

    poster.post(f"/questions/{question.public_id}/answer", data={"words": "30% 相对湿度。"} | NO_SECRETS)

    for page in (here, f"{here}/questions", f"/questions/{question.public_id}"):
        assert "低湿指多少？" in client.get(page).text
        assert "30% 相对湿度。" in client.get(page).text
    assert "收到提问" not in poster.get("/workbench").text


def test_who_asked_is_seen_by_the_operator_alone(here, database, asker, poster, operator):
    asker.post(f"{here}/questions", data={"words": "低湿指多少？"} | NO_SECRETS)
    look_again(database)
    question = database.scalars(select(Question)).one()
    pages = (here, f"{here}/questions", f"/questions/{question.public_id}")
    assert not any("想揭榜的研究所" in poster.get(page).text for page in pages)
    assert not any("我的提问" in poster.get(page).text for page in pages)
    assert "想揭榜的研究所" in operator.get(pages[-1]).text
    assert "我的提问" in asker.get(pages[1]).text


@pytest.mark.parametrize(
    ("typed", "place"), [({"words": "问"}, "has_no_state_secrets"), ({"words": ""} | NO_SECRETS, "words")]
)
def test_what_is_missing_is_told_at_its_place_and_what_was_typed_stays(here, asker, typed, place):
    answer = asker.post(f"{here}/questions", data=typed)
    assert answer.status_code == 422
    assert f'href="#{place}"' in answer.text
    assert typed["words"] in answer.text


def test_after_the_last_day_the_form_is_gone_and_a_late_post_is_told_why(app, database, asker):
    closes_at = at_present() + timedelta(days=2)
    late = an_open_challenge(database, bids_close_at=closes_at, published_at=closes_at - timedelta(days=60))
    database.commit()
    here = f"/challenges/{late.public_id}/questions"
    assert "提问已于" in asker.get(here).text
    assert 'name="words"' not in asker.get(here).text

    answer = asker.post(here, data={"words": "还能问吗？"} | NO_SECRETS)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "还能问吗？" in answer.text


def test_a_hidden_question_leaves_its_reason_and_not_its_words(database, challenge, here, operator, poster):
    question = a_question(database, challenge, body="我们是旁边的有限公司")
    database.commit()
    address = f"/questions/{question.public_id}"
    assert operator.post(f"{address}/hide", data={"reason": ""}).status_code == 422
    assert poster.post(f"{address}/hide", data={"reason": "不想看"}).status_code == 403

    operator.post(f"{address}/hide", data={"reason": "写出了单位名称"})

    for page in (here, f"{here}/questions", address):
        text = poster.get(page).text
        assert "写出了单位名称" in text
        assert "我们是旁边的有限公司" not in text
    look_again(database)
    assert database.get_one(Question, question.id).state is QuestionState.HIDDEN


def test_clarifications_stand_numbered_on_the_page(client, database, here, poster):
    for words in ("电导率按面内方向测。", "样品尺寸改为 10 cm。"):
        data = {"clarification-words": words, "clarification-has_no_state_secrets": "y"}
        assert poster.post(f"{here}/clarifications", data=data).status_code == 302
    page = client.get(here).text
    assert page.index("澄清第 2 号") < page.index("澄清第 1 号")
    assert "样品尺寸改为 10 cm。" in page


def test_the_operator_moves_a_deadline_and_the_page_says_so(client, database, challenge, here, operator):
    assert operator.post(f"{here}/extend", data={"new_close_at": "2035-01-01T09:00"}).status_code == 422
    early = operator.post(f"{here}/extend", data={"new_close_at": "2020-01-01T09:00", "extension_reason": "早"})
    assert (early.status_code, 'href="#new_close_at"' in early.text) == (422, True)

    operator.post(f"{here}/extend", data={"new_close_at": "2035-01-01T09:00", "extension_reason": "答复较晚"})

    look_again(database)
    assert database.scalars(select(Clarification)).one().number == 1
    page = client.get(here).text
    assert "澄清第 1 号" in page
    assert "延长到 2035-01-01 09:00" in page
    assert "答复较晚" in page


def test_questions_of_what_is_not_published_do_not_exist(client, database, challenge, here, poster):
    question = a_question(database, challenge)
    challenge.state, challenge.published_at, challenge.number = "submitted", None, None
    database.commit()
    for browser, path in ((client, f"{here}/questions"), (client, f"/questions/{question.public_id}")):
        assert browser.get(path).status_code == 404
    assert 'name="words"' not in poster.get(f"{here}/questions").text


def test_a_stranger_is_asked_to_sign_in(client, here):
    assert "登录后提问" in client.get(f"{here}/questions").text
    assert client.post(f"{here}/questions", data={"words": "？"} | NO_SECRETS).status_code == 401
