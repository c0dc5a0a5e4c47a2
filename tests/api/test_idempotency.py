"""A post with its key takes effect once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from marketplace.challenges.models import Challenge
from marketplace.tokens.models import ApiAnswer
from tests.api.programs import problem

DRAFT = {"kind": "research", "title": "一次就好"}


@pytest.fixture
def count(database, market):
    def drafts() -> int:
        database.rollback()
        return database.scalar(select(func.count()).where(Challenge.title == DRAFT["title"])) or 0

    return drafts


def test_the_same_request_gets_the_same_answer_and_takes_effect_once(program, count):
    poster = program("own editor")
    first = poster.post("/challenges", DRAFT, idempotency_key="k-1")
    again = poster.post("/challenges", DRAFT, idempotency_key="k-1")
    assert (again.status_code, again.data) == (201, first.data)
    assert {name: again.headers[name] for name in ("ETag", "Location")} == {
        name: first.headers[name] for name in ("ETag", "Location")
    }
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert count() == 1


def test_a_refusal_is_given_again_too(program):
    poster = program("own editor")
    first = poster.post("/challenges", {"kind": "research"}, idempotency_key="k-1")
    problem(first, 422)
    assert poster.post("/challenges", {"kind": "research"}, idempotency_key="k-1").data == first.data


def test_another_body_with_the_same_key_is_refused(program, count):
    poster = program("own editor")
    poster.post("/challenges", DRAFT, idempotency_key="k-1")
    problem(poster.post("/challenges", DRAFT | {"months": 5}, idempotency_key="k-1"), 422)
    assert count() == 1


def test_keys_are_each_token_s_own(program, count):
    for _n in range(2):
        assert program("own editor").post("/challenges", DRAFT, idempotency_key="k-1").status_code == 201
    assert count() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "\u00e9\u0007"])
def test_a_key_that_is_none_is_refused(program, count, key):
    problem(program("own editor").post("/challenges", DRAFT, idempotency_key=key), 422)
    assert count() == 0


def test_of_two_at_once_one_is_executed(app, program, count):
    poster = program("own editor")

    def send(_n):
        return app.test_client().post(
            "/api/v1/challenges", json=DRAFT, headers=poster.headers | {"Idempotency-Key": "k-1"}
        )

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(send, range(6)))
    assert count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


def test_what_took_effect_before_its_process_died_is_not_executed_again(program, database, count):
    poster = program("own editor")
    poster.post("/challenges", DRAFT, idempotency_key="k-1")
    answer = database.scalars(select(ApiAnswer)).one()
    assert answer.executed_at is not None
    lost = {"status": None, "body": None, "started_at": answer.started_at - timedelta(minutes=5)}
    database.execute(update(ApiAnswer).values(**lost))
    database.commit()
    assert "已经执行过" in problem(poster.post("/challenges", DRAFT, idempotency_key="k-1"), 409)["detail"]
    assert count() == 1


def test_a_step_is_taken_once(program, market):
    poster, path = program("own editor"), f"/challenges/{market.challenges['submitted'].public_id}"
    version = poster.get(path).headers["ETag"]
    answers = [poster.post(f"{path}/actions/recall", {}, if_match=version, idempotency_key="k-2") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].data == answers[1].data
