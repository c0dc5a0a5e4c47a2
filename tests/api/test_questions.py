"""Questions and clarifications by programs: nobody's name, the same moments and rights as on the pages."""

from tests.api.programs import pointers, problem
from tests.journeys.market import an_open_challenge

SOUND = {"has_no_state_secrets": True}


def test_a_question_is_asked_answered_and_clarified_by_programs(database, market, program):
    challenge = an_open_challenge(database, organisation_id=market.enterprise.id)
    database.commit()
    path = f"/challenges/{challenge.public_id}"
    stranger, asker, poster = program("visitor"), program("institute owner"), program("own editor")

    assert pointers(problem(asker.post(f"{path}/questions", {"words": "膜厚？"}), 422)) == {"/has_no_state_secrets"}
    made = asker.post(f"{path}/questions", {"words": "膜厚以何种方法测量？"} | SOUND)
    assert made.status_code == 201, made.text
    question = made.headers["Location"].removeprefix("/api/v1")
    assert (made.get_json()["is_mine"], made.get_json()["actions"]) == (True, [])
    problem(poster.post(f"{path}/questions", {"words": "自问"} | SOUND), 403)

    seen = stranger.get(f"{path}/questions").get_json()["items"]
    assert [one["words"] for one in seen] == ["膜厚以何种方法测量？"]
    assert market.institute.name not in stranger.get(f"{path}/questions").text
    assert market.institute.name not in poster.get(question).text

    assert poster.get(question).get_json()["actions"] == ["answer"]
    problem(asker.post(f"{question}/actions/answer", {"words": "自答"} | SOUND), 403)
    assert poster.post(f"{question}/actions/answer", {"words": "千分尺。"} | SOUND).get_json()["answer"] == "千分尺。"
    problem(poster.post(f"{question}/actions/answer", {"words": "再答"} | SOUND), 409)

    notice = poster.post(f"{path}/clarifications", {"words": "膜厚按 GB/T 20042.3 测量。"} | SOUND)
    assert (notice.status_code, notice.get_json()["number"]) == (201, 1)
    assert stranger.get(f"{path}/clarifications").get_json()["items"][0]["words"] == "膜厚按 GB/T 20042.3 测量。"


def test_what_was_hidden_is_hidden_here_too(database, market, program):
    hidden = next(one for one in market.questions if one.hidden_at is not None)
    path = f"/questions/{hidden.public_id}"
    told = program("visitor").get(path)
    assert (told.get_json()["words"], told.get_json()["answer"]) == (None, None)
    assert hidden.body not in told.text
    assert program("operator").get(path).get_json()["words"] == hidden.body


def test_of_a_challenge_that_is_not_there_nothing_is(market, program):
    draft, gone = market.challenges["draft"].public_id, market.challenges["taken_down"].public_id
    for one in (draft, gone):
        for what in ("questions", "clarifications"):
            problem(program("visitor").get(f"/challenges/{one}/{what}"), 404)
            problem(program("institute owner").post(f"/challenges/{one}/{what}", {"words": "x"} | SOUND), 404)


def test_a_token_without_the_scope_asks_nothing(market, program):
    asking = program("institute owner", scopes=["challenges:read", "challenges:write"])
    path = f"/challenges/{market.challenges['open'].public_id}/questions"
    assert "questions:write" in problem(asking.post(path, {"words": "x"} | SOUND), 403)["detail"]
    problem(asking.get(path), 403)
