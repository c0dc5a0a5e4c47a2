"""``python3 run.py lint``: every check that needs no running service, each reported."""

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

AT_ONCE = 2
TYPED = ("marketplace", "search", "config.py", "wsgi.py", "run.py", "tools")
FLASK = ("flask", "--app", "wsgi")


@dataclass(frozen=True, slots=True)
class Check:
    """Modules to run one after the other with the environment's interpreter; the first failure ends it."""

    name: str
    commands: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    is_ok: bool
    seconds: float
    output: str


# The longest come first, so that two at a time finish soonest.
CHECKS = (
    Check("mypy --strict", [("mypy", "--strict", *TYPED)]),
    Check("tests/architecture", [("pytest", "tests/architecture", "-q", "-p", "no:cacheprovider")]),
    Check("djlint", [("djlint", "templates", "--lint")]),
    Check("flask db check", [(*FLASK, "db", "upgrade"), (*FLASK, "db", "check")]),
    Check("translations", [("tools.translations", "check")]),
    Check("ruff check", [("ruff", "check", ".")]),
    Check("ruff format", [("ruff", "format", "--check", ".")]),
)


def lint(python: Path, checks: Sequence[Check] = CHECKS) -> int:
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(AT_ONCE) as pool:
        environ = environment(Path(scratch))
        outcomes = list(pool.map(lambda check: carry_out(python, check, environ), checks))
    for outcome in sorted(outcomes, key=lambda outcome: not outcome.is_ok):
        report(outcome)
    return 0 if all(outcome.is_ok for outcome in outcomes) else 1


def environment(scratch: Path) -> dict[str, str]:
    """The database that is checked is a fresh one: neither the data nor the keys of this folder take part."""
    keys = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "SEAL_KEY")}
    place = {"DATABASE_URL": f"sqlite:///{scratch / 'check.sqlite'}", "INSTANCE_PATH": str(scratch), "MODE": "demo"}
    return {**os.environ, **place, **keys}


def carry_out(python: Path, check: Check, environ: Mapping[str, str]) -> Outcome:
    started = time.monotonic()
    output = ""
    for command in check.commands:
        done = subprocess.run(
            [str(python), "-m", *command],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        output += done.stdout
        if done.returncode != 0:
            return Outcome(check.name, False, time.monotonic() - started, output)
    return Outcome(check.name, True, time.monotonic() - started, output)


def report(outcome: Outcome) -> None:
    verdict = "通过 ok    " if outcome.is_ok else "未过 failed"
    print(f"{verdict} {outcome.name} ({outcome.seconds:.1f} s)", flush=True)
    if not outcome.is_ok:
        print(outcome.output, flush=True)
