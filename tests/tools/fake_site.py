"""A throw-away site in a temporary folder: run.py and tools as they are, everything behind them made up."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import environment

WAIT_SECONDS = 60.0

# Stands for the application: answers /healthz, knows `prepare` and `worker`, writes down its own process ids.
WSGI = """
import json, os, time
from pathlib import Path

import click
from flask import Flask

HERE = Path(__file__).parent
app = Flask(__name__)
(HERE / "pids").open("a").write(f"{os.getpid()}\\n")


@app.get("/healthz")
def healthz():
    (HERE / "web.pid").write_text(str(os.getppid()))
    return {"keys": [(HERE / "instance" / name).exists() for name in ("secret_key", "seal_key")],
            "base_url": os.environ["BASE_URL"]}


@app.cli.command()
@click.option("--json", "as_json", is_flag=True)
def prepare(as_json):
    print("migrated")
    print(json.dumps({"accounts": [{"email": "operator@example.cn", "role": "operator"}], "password": "Open-2026"}))


@app.cli.command()
def worker():
    (HERE / "worker.new").write_text(str(os.getpid()))
    (HERE / "worker.new").rename(HERE / "worker.pid")
    while True:
        time.sleep(0.1)
"""


class FakeSite:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        shutil.copy(environment.ROOT / "run.py", folder)
        shutil.copytree(environment.ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "wsgi.py").write_text(WSGI, encoding="utf-8")
        self.lock = folder / "requirements.txt"
        self.lock.write_text("# nothing more is needed\n", encoding="utf-8")
        self._borrow_environment()

    def _borrow_environment(self) -> None:
        """The interpreter of the tests under the name that run.py looks for, with its lock marked as installed."""
        venv = self.folder / ".venv"
        (venv / "bin").mkdir(parents=True)
        python = venv / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        environment.stamp(self.lock, venv)

    def popen(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Its words go to a file: a pipe would stay open as long as any child of it lives."""
        own = {"PORT": str(self.port), "PYTHONUNBUFFERED": "1", "WEB_CONCURRENCY": "2"}
        unset = ("DATABASE_URL", "BASE_URL", "SECRET_KEY", "SEAL_KEY", "HOST", "INSTANCE_PATH")
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        with (self.folder / "words").open("a", encoding="utf-8") as words:
            return subprocess.Popen(
                [sys.executable, "run.py", *arguments],
                cwd=self.folder,
                env={**kept, **own, **environ},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                text=True,
            )

    @property
    def words(self) -> str:
        return (self.folder / "words").read_text(encoding="utf-8")

    @property
    def worker_pid(self) -> int:
        return int((self.folder / "worker.pid").read_text(encoding="ascii"))

    @property
    def web_pid(self) -> int:
        """The server's first process, parent of those that answer."""
        return int((self.folder / "web.pid").read_text(encoding="ascii"))

    def pids(self) -> list[int]:
        """Every process that loaded the application."""
        return [int(line) for line in (self.folder / "pids").read_text(encoding="ascii").split()]

    def wait_for_word(self, word: str) -> None:
        wait_until(lambda: word in self.words, lambda: f"{word!r} not in:\n{self.words}")

    def wait_for_silence(self) -> None:
        wait_until(lambda: not any(map(is_alive, self.pids())), lambda: f"still alive: {self.pids()}\n{self.words}")


def wait_until(condition: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """A zombie that nobody has buried yet counts as ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: subprocess.Popen[str]) -> None:
    """For the way out of a test, however it went."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=WAIT_SECONDS)
