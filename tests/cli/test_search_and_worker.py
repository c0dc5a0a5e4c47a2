"""``flask search …`` and ``flask worker``: from a published row to a ranked hit."""

import json

import pytest
from sqlalchemy import select

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.services import Step, advance_challenge
from marketplace.core.transaction import finish, reading
from marketplace.indexing.models import OutboxEntry
from marketplace.matching.models import MatchTask
from marketplace.web.extensions import db
from tests.actors import OPERATOR
from tests.conftest import NOON
from tests.factories.challenges import a_challenge


@pytest.fixture
def run(app):
    def invoke(*args):
        return app.test_cli_runner().invoke(args=args)

    return invoke


@pytest.fixture
def published(database):
    challenge = a_challenge(database, state=ChallengeState.SUBMITTED)
    advance_challenge(database, OPERATOR, challenge, "publish", step=Step(), now=NOON)
    finish(database)
    database.commit()
    return challenge


def test_the_worker_makes_a_published_challenge_findable(run, published):
    assert run("worker", "--once").exit_code == 0

    found = json.loads(run("search", "query", "质子膜", "--kind", "challenge", "--json").output)
    assert [(hit["key"], hit["title"]) for hit in found["hits"]] == [
        (f"challenge:{published.public_id}", published.title)
    ]
    assert f"challenge:{published.public_id}" not in run("search", "check").output


def test_check_names_what_the_index_lacks_and_repair_lets_the_worker_mend_it(run, published, app):
    run("search", "rebuild")
    run("worker", "--once")
    app.extensions["jiebang.search"].rebuild([])

    check = run("search", "check", "--repair")
    assert check.exit_code == 1
    assert f"challenge:{published.public_id}\tmissing" in check.output.splitlines()

    run("worker", "--once")
    assert run("search", "check").exit_code == 0


def test_a_rebuild_counts_what_it_indexed(run, published):
    assert run("search", "rebuild").output.startswith("2 documents;")


def test_without_an_index_the_commands_say_so(run, database):
    result = run("search", "query", "x")
    assert result.exit_code == 1
    assert "index" in result.output


def test_a_second_worker_with_the_same_instance_is_refused(run, app):
    import fcntl

    config = app.config["JIEBANG"]
    with (config.instance / "worker.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = run("worker", "--once")
    assert result.exit_code == 1
    assert "another worker" in result.output


def test_a_duty_that_fails_in_whatever_way_keeps_back_no_other(run, published, app, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise ValueError("an index writer was killed")

    monkeypatch.setattr("marketplace.cli.worker.PAUSE_AFTER_FAULT_SECONDS", 0)
    monkeypatch.setattr(app.extensions["jiebang.search"], "apply", refuse)
    assert run("worker", "--once").exit_code == 0
    with app.app_context(), reading(db.engine) as session:
        assert session.scalars(select(OutboxEntry)).all() != [], "the note stays"
        assert session.scalars(select(MatchTask)).all() == [], "and matches were made"
