import json
import os
import subprocess
import sys

from config import ROOT
from tests.factories.organisations import a_code

GOOD, BAD = a_code(41), "91310000123456789X"


def test_codes_are_answered_one_a_line(flask):
    answered = flask("organisations", "check-code", GOOD, BAD)

    lines = answered.stdout.splitlines()
    assert answered.exit_code == 1
    assert lines[0] == f"{GOOD}\t有效"
    assert lines[1].startswith(f"{BAD}\t无效：第 17 位和第 18 位")


def test_all_valid_is_success(flask):
    assert flask("organisations", "check-code", GOOD, a_code(42)).exit_code == 0


def test_codes_are_read_from_standard_input_as_they_are_spelled(flask):
    answered = flask("organisations", "check-code", "-", "--json", stdin=f"{GOOD.lower()}\n\n{BAD}\n")

    found = [json.loads(line) for line in answered.stdout.splitlines()]
    assert answered.exit_code == 1
    assert found[0] == {"code": GOOD.lower(), "valid": True, "reason": None}
    assert (found[1]["code"], found[1]["valid"]) == (BAD, False)


def test_a_code_is_checked_without_an_instance_and_without_keys(tmp_path):
    environ = {"PATH": os.environ["PATH"], "INSTANCE_PATH": str(tmp_path / "nowhere"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "organisations", "check-code", GOOD]

    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, f"{GOOD}\t有效\n")
    assert not (tmp_path / "nowhere").exists()
