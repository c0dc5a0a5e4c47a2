import pytest
from sqlalchemy import text

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
