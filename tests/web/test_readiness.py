"""What /readyz asks of the machine."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.audit import services as audit
from marketplace.core.actor import SYSTEM
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.web import readiness

ROOT = Path(__file__).parents[2]


def parts(client):
    return client.get("/readyz").json["parts"]


def test_a_schema_that_is_behind_is_not_ready(client, database):
    assert parts(client)["schema"] == "ok"
    database.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["schema"] == "the database is at another revision than the program"


def test_a_disk_without_room_is_not_ready(tmp_path):
    assert readiness.disk_fault(tmp_path) is None
    assert readiness.disk_fault(tmp_path, least=10**18).startswith("the disk is nearly full: ")
    assert readiness.disk_fault(tmp_path / "nowhere") == "the instance folder is not there"


@pytest.mark.parametrize(
    ("ahead", "expected"), [(timedelta(minutes=1), "ok"), (timedelta(hours=1), "the clock is behind")]
)
def test_a_clock_behind_the_log_is_not_ready(client, database, ahead, expected):
    moment = datetime.now(UTC) + ahead
    audit.record(database, actor=SYSTEM, action="edit", subject=Subject("challenge", "abcdefghijkm"), now=moment)
    finish(database)
    database.commit()
    assert parts(client)["clock"].startswith(expected)


def test_a_worker_that_is_silent_is_noted_and_the_site_serves_all_the_same(app, client, tmp_path):
    app.extensions["jiebang.search"].rebuild([])
    assert parts(client)["worker"] == "has not been seen yet"
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    assert parts(client)["worker"] == "ok"
    long_ago = datetime.now(UTC).timestamp() - 600
    os.utime(tmp_path / readiness.BEAT, (long_ago, long_ago))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["parts"]["worker"].startswith("has not been seen for 6")
