import json

import pytest
from sqlalchemy import create_engine, inspect

from marketplace.cli.demo_people import PEOPLE
from marketplace.indexing.engines import engine
from marketplace.web.extensions import db
from search.engine import SearchUnavailable
from tests.conftest import make_app


@pytest.fixture
def fresh(tmp_path):
    """An application whose instance has yet to be made."""
    made = []

    def make(**settings):
        folder = tmp_path / "instance"
        made.append(make_app(f"sqlite:///{folder / 'jiebang.sqlite'}", folder, **settings))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def prepare(app, *words):
    result = app.test_cli_runner().invoke(args=["prepare", *words])
    assert result.exception is None, result.output
    return result


def test_an_empty_machine_is_ready_after_one_command(fresh, tmp_path):
    app = fresh()
    said = json.loads(prepare(app, "--json").stdout.splitlines()[-1])

    assert len(said["accounts"]) == len(PEOPLE)
    assert said["accounts"][1].keys() == {"email", "role", "organisation"}
    assert (tmp_path / "instance" / "mail").is_dir()
    assert "bulk_row" in inspect(create_engine(app.config["SQLALCHEMY_DATABASE_URI"])).get_table_names()
    with app.app_context():
        assert engine().is_ready() is None
        assert sum(1 for _ in engine().versions()) > 50


def test_a_second_time_nothing_is_loaded_and_the_accounts_are_told_again(fresh):
    prepare(fresh())
    said = prepare(fresh()).stdout.splitlines()

    assert said[0] == "已就绪。"
    assert said[1].startswith("operator@demo.jiebang.cn")


def test_production_gets_tables_and_an_index_and_nobody_with_a_known_password(fresh):
    assert json.loads(prepare(fresh(mode="production"), "--json").stdout.splitlines()[-1]) == {
        "accounts": [],
        "password": None,
    }


def test_a_database_with_people_in_it_is_not_filled_with_a_demo(fresh):
    prepare(fresh(mode="production"))
    app = fresh()
    app.test_cli_runner().invoke(
        args=["users", "create", "one@example.com", "--name", "某人", "--password-stdin"], input="Long-enough-2026\n"
    )

    assert json.loads(prepare(app, "--json").stdout.splitlines()[-1]) == {"accounts": [], "password": None}


def test_an_index_that_cannot_be_built_now_keeps_nobody_from_serving(fresh, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise SearchUnavailable("another process is writing")

    monkeypatch.setattr("marketplace.indexing.worker.rebuild", refuse)

    said = prepare(fresh(), "--json")

    assert "another process is writing" in said.stderr
    assert len(json.loads(said.stdout.splitlines()[-1])["accounts"]) == len(PEOPLE)
