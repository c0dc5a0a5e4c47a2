"""Figures for Prometheus."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from marketplace.indexing.models import OutboxEntry
from marketplace.web.metrics import Metrics, forget_the_dead
from tests.accounts.browser import a_browser_of
from tests.conftest import NOON, make_app
from tests.factories.accounts import a_user

ROOT = Path(__file__).parents[2]
AS_FROM_OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_endpoint_and_status(client):
    for _ in range(3):
        client.get("/challenges")
    client.get("/challenges/abcdefghijkm")
    client.get("/no-such-address")

    found = samples(client.get("/metrics").text)

    total = "jiebang_requests_total"
    assert found[total, ("endpoint", "challenges.index"), ("method", "GET"), ("status", "200")] == 3
    assert found[total, ("endpoint", "challenges.detail"), ("method", "GET"), ("status", "404")] == 1
    assert found[total, ("endpoint", "other"), ("method", "GET"), ("status", "404")] == 1
    assert found["jiebang_request_seconds_count", ("endpoint", "challenges.index")] == 3


def test_a_method_that_nobody_knows_makes_no_series_of_its_own(client):
    client.open("/challenges", method="BREW")
    text = client.get("/metrics").text
    assert "BREW" not in text
    assert 'method="other"' in text


def test_what_waits_and_what_was_given_up(client, database):
    before = samples(client.get("/metrics").text)
    database.add(OutboxEntry(subject="challenge:abcdefghijkm", noted_at=NOON, next_at=NOON))
    database.add(OutboxEntry(subject="challenge:bbcdefghijkm", noted_at=NOON, next_at=NOON, failed_at=NOON))
    database.commit()

    found = samples(client.get("/metrics").text)

    queue = ("queue", "index")
    assert found["jiebang_queue_waiting", queue] - before["jiebang_queue_waiting", queue] == 1
    assert found["jiebang_queue_given_up", queue] - before["jiebang_queue_given_up", queue] == 1
    assert found["jiebang_queue_late_seconds", queue] > 3600
    assert ("jiebang_deliveries", ("state", "sent")) in found


def test_no_figure_tells_of_anybody(app, client, database):
    user = a_user(database, email="somebody@example.com", name="某某人")
    browser = a_browser_of(app, database, user)
    browser.get("/search?q=secretword")
    text = browser.get("/metrics").text
    assert "discovery.search" in text
    assert not [word for word in (user.email, user.name, user.public_id, "secretword") if word in text]


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=::1"}, {"X-Real-Ip": "::1"}])
def test_what_came_by_a_proxy_is_not_from_this_machine(client, headers):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_from_elsewhere_it_takes_the_token(sqlite_url, tmp_path):
    browser = make_app(sqlite_url, tmp_path, metrics_token="a-long-token").test_client()
    given = [None, "Bearer", "Bearer other", "Basic a-long-token", "Bearer a-long-token"]
    answers = [
        browser.get("/metrics", headers={"Authorization": one} if one else {}, environ_base=AS_FROM_OUTSIDE)
        for one in given
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 200]


def test_without_a_token_nobody_from_elsewhere_reads_them(client):
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, environ_base=AS_FROM_OUTSIDE).status_code == 404


STAY = """
import sys
from wsgi import app
app.test_client().get("/healthz")
print("ready", flush=True)
sys.stdin.read()
"""
LOOK = """
from wsgi import app
client = app.test_client()
client.get("/healthz")
print(client.get("/metrics").text)
"""


def test_processes_add_up_their_counts(tmp_path):
    environ = {**os.environ, "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'd.sqlite'}"}
    (tmp_path / "metrics").mkdir()
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(words, cwd=ROOT, env=environ, check=True, capture_output=True)
    with subprocess.Popen(
        [sys.executable, "-c", STAY], cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "ready\n"
        done = subprocess.run(
            [sys.executable, "-c", LOOK],
            cwd=ROOT, env=environ, check=True, capture_output=True, text=True,
        )  # fmt: skip
        first.stdin.close()
    found = samples(done.stdout)
    key = ("jiebang_requests_total", ("endpoint", "health.healthz"), ("method", "GET"), ("status", "200"))
    assert found[key] == 2


def test_counts_of_a_run_that_is_over_are_forgotten_and_those_of_one_that_goes_on_kept(tmp_path):
    dead, alive = tmp_path / "counter_999999999.db", tmp_path / f"counter_{os.getpid()}.db"
    dead.touch()
    alive.touch()
    forget_the_dead(tmp_path)
    assert dead.exists()
    alive.unlink()
    forget_the_dead(tmp_path)
    assert not dead.exists()


def test_a_site_without_room_for_counts_answers_all_the_same(tmp_path):
    (tmp_path / "metrics").write_text("a file where the folder should be")
    counts = Metrics(tmp_path / "metrics" / "inside", ())
    for _ in range(2):
        counts.count("health.healthz", "GET", 200, 0.1)
