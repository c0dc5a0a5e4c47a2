"""``python3 run.py lint`` reports every check and fails when one does."""

import sys
from pathlib import Path

from tools.checks import CHECKS, Check, environment, lint

GOOD = Check("good", [("platform",)])
BAD = Check("bad", [("platform",), ("no_such_module",), ("platform",)])


def test_all_checks_that_pass_make_lint_pass(capsys):
    assert lint(Path(sys.executable), [GOOD, GOOD]) == 0
    assert capsys.readouterr().out.count("ok     good") == 2


def test_one_failure_is_shown_and_the_others_are_still_run(capsys):
    assert lint(Path(sys.executable), [BAD, GOOD]) == 1

    words = capsys.readouterr().out
    assert "failed bad" in words
    assert "No module named no_such_module" in words
    assert "ok     good" in words


def test_the_checks_are_those_that_are_promised():
    assert [check.name for check in CHECKS] == [
        "mypy --strict",
        "tests/architecture",
        "djlint",
        "flask db check",
        "translations",
        "ruff check",
        "ruff format",
    ]


def test_neither_data_nor_keys_of_this_folder_take_part(tmp_path):
    environ = environment(tmp_path)

    assert environ["DATABASE_URL"] == f"sqlite:///{tmp_path}/check.sqlite"
    assert environ["INSTANCE_PATH"] == str(tmp_path)
    assert len(environ["SEAL_KEY"]) == 64
