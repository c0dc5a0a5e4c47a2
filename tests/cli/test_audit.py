from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from marketplace.audit import signing
from marketplace.audit.queries import current_head
from marketplace.web.extensions import db
from tests.conftest import make_app


@pytest.fixture
def filled(flask):
    """A log of three entries."""
    for number in range(3):
        words = ("users", "create", f"p{number}@example.com", "--name", "某人", "--password-stdin")
        assert flask(*words, stdin="Long-enough-2026\n").exit_code == 0


def test_a_log_that_holds_says_how_long_it_is_and_where_it_ends(flask, filled, database):
    head = current_head(database)

    found = flask("audit", "verify")

    assert (found.exit_code, found.stdout) == (0, f"日志完好：3 条，最后一条的哈希 {head}\n")
    assert flask("audit", "verify", "--head", str(head).upper()).exit_code == 0


def test_an_empty_log_holds(flask):
    assert flask("audit", "verify").stdout == f"日志完好：0 条，最后一条的哈希 {'0' * 64}\n"


def test_a_head_that_the_log_lost_is_a_break(flask, filled):
    refused = flask("audit", "verify", "--head", "f" * 64)

    assert refused.exit_code == 1
    assert refused.stderr.startswith("日志在第 3 条断开：")


def test_the_first_broken_link_is_named(flask, filled, database):
    for (trigger,) in database.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        database.execute(text(f"DROP TRIGGER {trigger}"))
    database.execute(text("UPDATE audit_entry SET action = 'nothing' WHERE number = 2"))
    database.commit()

    refused = flask("audit", "verify")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("日志在第 2 条断开：")


def test_a_database_that_was_never_prepared_is_told_without_a_traceback(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path)

    refused = app.test_cli_runner().invoke(args=["audit", "verify"])

    with app.app_context():
        db.engine.dispose()
    assert refused.exit_code == 1
    assert refused.stderr.startswith("数据库现在不可用，什么也没有写入：no such table")


@pytest.fixture
def kept_outside(flask, filled, client, tmp_path):
    """What a careful outsider keeps: the heads, the key, and the log as a file."""
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2), tick=False):
        assert flask("worker", "--once").exit_code == 0
    for name in ("heads.jsonl", "key"):
        (tmp_path / name).write_text(client.get(f"/log/{name}").text)
    assert flask("audit", "export", str(tmp_path / "audit.jsonl")).stdout == "audit.jsonl：共 4 条。\n"
    return tmp_path


def checked(flask, folder, log=True):
    files = ("--heads", str(folder / "heads.jsonl"), "--key", str(folder / "key"))
    return flask("audit", "verify", *files, *(("--log", str(folder / "audit.jsonl")) if log else ()))


@pytest.mark.parametrize("from_file", [True, False])
def test_what_was_kept_outside_is_checked_against_the_log(flask, kept_outside, from_file):
    found = checked(flask, kept_outside, from_file)
    assert (found.exit_code, found.stderr) == (0, "")
    assert "签名都对" in found.stdout.splitlines()[1]


def test_a_log_file_needs_no_database(kept_outside, tmp_path):
    app = make_app("sqlite:////nowhere/at-all.sqlite", tmp_path / "other")
    files = ("--heads", str(tmp_path / "heads.jsonl"), "--key", str(tmp_path / "key"))

    found = app.test_cli_runner().invoke(args=["audit", "verify", "--log", str(tmp_path / "audit.jsonl"), *files])

    assert (found.exit_code, found.stderr) == (0, "")


@pytest.mark.parametrize("place", ["tail", "entry", "head", "key", "not a log"])
def test_tampered_files_are_refused(flask, kept_outside, place):
    path = kept_outside / {"head": "heads.jsonl", "key": "key"}.get(place, "audit.jsonl")
    lines = path.read_text().splitlines()
    if place == "tail":
        lines = lines[:2]
    elif place == "entry":
        lines[1] = lines[1].replace('"system"', '"nobody"')
    elif place == "head":
        lines[-1] = lines[-1].replace('"head": "', '"head": "0')
    elif place == "key":
        lines = signing.as_pem(signing.new_key("another").public).splitlines()
    else:
        lines[1] = "[1, 2]"
    path.write_text("\n".join(lines))

    refused = checked(flask, kept_outside)

    expected = {
        "tail": "公布的哈希不在日志里",
        "entry": "日志在第 2 条断开：这一条写下之后被改过",
        "head": "每日哈希签名不对",
        "key": "每日哈希签名不对",
        "not a log": "第 2 行不是日志条目",
    }
    assert refused.exit_code == 1
    assert expected[place] in refused.stderr


def test_a_new_key_is_named(flask, client, kept_outside):
    found = flask("audit", "rotate-key")
    assert found.stdout.startswith("新的签名密钥：")
    assert client.get("/log/key").text.count("BEGIN PUBLIC KEY") == 2
    assert flask("audit", "verify").exit_code == 0


def test_an_export_never_replaces_a_file(flask, filled, tmp_path):
    (tmp_path / "audit.jsonl").write_text("mine")
    assert flask("audit", "export", str(tmp_path / "audit.jsonl")).stderr == "“audit.jsonl”已存在，没有覆盖。\n"
    assert (tmp_path / "audit.jsonl").read_text() == "mine"
    assert "写不了文件" in flask("audit", "export", str(tmp_path / "nowhere" / "a.jsonl")).stderr
