"""What ``python3 run.py services`` remembers and refuses, and the real server it started."""

import os
import shutil
import socket
import stat

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.conftest import service
from tests.tools.fake_site import free_port
from tools import postgresql, services
from tools.postgresql import Cluster
from tools.terminal import RefusedError


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(services, "ENVIRONMENT", tmp_path / "env")
    return tmp_path


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_what_was_started_is_known_to_the_next_command(folder, port):
    found = {"TEST_DATABASE_URL": f"postgresql://a:b@127.0.0.1:{port}/c?x=y", "CHROMIUM": "/usr/bin/chromium"}
    services.remember(found)

    assert services.known() == found
    assert stat.S_IMODE((folder / "env").stat().st_mode) == 0o600


def test_what_has_ended_since_is_not_known_any_more(folder):
    services.remember({"TEST_SEARCH_URL": f"http://127.0.0.1:{free_port()}"})

    assert services.known() == {}


def test_nothing_is_known_before_anything_was_started(folder):
    assert services.known() == {}


def test_what_is_missing_is_named_with_the_line_to_type_where_it_cannot_be_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(RefusedError, match=r"sudo apt-get install .* maven chromium"):
        services.install(["maven", "chromium"])


def test_nothing_missing_installs_nothing(monkeypatch):
    monkeypatch.setattr(services, "run_apt", pytest.fail)

    services.install([])


def test_a_cluster_is_remembered_with_its_password_for_the_owner_alone(tmp_path):
    cluster = Cluster(folder="/place", port=5, password="secret")
    postgresql.record(tmp_path, cluster)

    assert postgresql.recorded(tmp_path) == cluster
    assert stat.S_IMODE(postgresql.state_file(tmp_path).stat().st_mode) == 0o600


def test_a_cluster_that_is_gone_is_forgotten_without_complaint(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    postgresql.record(tmp_path, Cluster(folder=str(gone), port=1, password="secret"))

    postgresql.stop(tmp_path)

    assert postgresql.recorded(tmp_path) is None
    assert not gone.exists()


def test_the_server_of_the_tests_is_one_that_a_careless_product_would_trip_over():
    address = service("PostgreSQL (TEST_DATABASE_URL)", os.environ.get("TEST_DATABASE_URL", ""))
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        shown = {name: connection.scalar(text(f"SHOW {name}")) for name in ("timezone", "server_encoding")}
        may_create = connection.scalar(text("SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = user"))
    engine.dispose()

    assert shown == {"timezone": "Asia/Shanghai", "server_encoding": "UTF8"}
    assert may_create is True
