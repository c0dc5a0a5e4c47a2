"""Fixtures every test may use; anything for one feature lives beside its tests."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import before_render_template, template_rendered
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from config import Config
from marketplace.app import create_app
from marketplace.web.extensions import db
from tests.databases import POSTGRESQL, PostgresqlTemplate, SqliteTemplate, engine_for

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Beijing on a Monday."""


def service(name: str, address: str) -> str:
    """The address of a service a test needs; without one the test is skipped, or fails where services are required."""
    if address:
        return address
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{name} is required and not there: run `python3 run.py services`")
    pytest.skip(f"{name} is not there")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_template(worker_id):
    template = PostgresqlTemplate(worker_id)
    yield template
    template.drop()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    return sqlite_template.copy_to(tmp_path / "jiebang.sqlite")


@pytest.fixture
def postgresql_url(request):
    service("PostgreSQL (TEST_DATABASE_URL)", POSTGRESQL)
    with request.getfixturevalue("postgresql_template").clone() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """The same test on both databases."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(database_url):
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    """A database without an application: enough for everything below the web layer."""
    with Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"begin_mode": "IMMEDIATE"})
        yield session
        session.rollback()


def make_app(url: str, folder: Path, **settings):
    facts = {"testing": True, "database_url": url, "instance": folder, "secret_key": "test", "seal_key": "test"}
    return create_app(Config(**facts | settings))


@pytest.fixture
def app(sqlite_url, tmp_path):
    app = make_app(sqlite_url, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def database(sqlite_url):
    """A session of the test's own on the application's database: commit what requests should see."""
    engine = engine_for(sqlite_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
    engine.dispose()


@pytest.fixture(autouse=True)
def no_queries_while_rendering():
    """Templates only lay out what views prepared."""
    rendering = []

    def forbid(*_):
        assert not rendering, f"{rendering[-1]} queried the database while rendering"

    def start(_sender, template, **_):
        rendering.append(template.name)

    def stop(*_, **__):
        rendering.clear()

    event.listen(Engine, "before_cursor_execute", forbid)
    with before_render_template.connected_to(start), template_rendered.connected_to(stop):
        yield
    event.remove(Engine, "before_cursor_execute", forbid)
