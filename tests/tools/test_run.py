"""The words that run.py knows."""

import subprocess
import sys

import pytest

import run
from tools.environment import ROOT


def run_py(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "run.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("word", ["nonsense", "bundle", "serve"])
def test_a_word_that_is_not_built_is_unknown(word):
    done = run_py(word)

    assert done.returncode == 2
    assert f"不认识 / unknown: {word}" in done.stderr
    assert "python3 run.py test" in done.stderr


@pytest.mark.parametrize("arguments", [("setup", "extra"), ("lint", "extra"), ("services", "begin")])
def test_a_word_with_too_many_others_is_refused(arguments):
    assert run_py(*arguments).returncode == 2


def test_help_names_every_word():
    done = run_py("--help")

    assert done.returncode == 0
    assert [word for word in run.WORDS if word[0] != "-" and f"run.py {word}" not in done.stdout] == []


@pytest.fixture
def handed_over(monkeypatch):
    """What run.py would become, instead of becoming it."""
    found = {}
    monkeypatch.setattr(run, "become", lambda module, environ: found.update(module=module, environ=environ))
    monkeypatch.setattr(run.services, "known", lambda: {"TEST_SEARCH_URL": "started", "CHROMIUM": "started"})
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("TEST_LONG", raising=False)
    return found


def test_arguments_of_the_tests_are_passed_on(handed_over):
    run.test(["tests/core", "-x"])

    assert handed_over["module"] == ["pytest", "-n", "2", "tests/core", "-x"]
    assert "TEST_LONG" not in handed_over["environ"]


def test_long_tests_are_asked_for_by_a_word(handed_over):
    run.test(["--long", "-x"])

    assert handed_over["module"] == ["pytest", "-n", "2", "-x"]
    assert handed_over["environ"]["TEST_LONG"] == "1"


def test_services_that_were_started_are_used_unless_others_are_named(handed_over, monkeypatch):
    monkeypatch.setenv("TEST_SEARCH_URL", "named")

    run.test([])

    assert handed_over["environ"]["TEST_SEARCH_URL"] == "named"
    assert handed_over["environ"]["CHROMIUM"] == "started"
