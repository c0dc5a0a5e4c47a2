"""A real instance to be ill-treated: web and worker as processes of their own, on loopback, in a scratch folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.journeys.people import OverHttp, Person

START_SECONDS = 45
COMMAND_SECONDS = 55
POLL_SECONDS = 0.02


def until(condition: Callable[[], object], what: Callable[[], str] = str, *, seconds: float = START_SECONDS) -> None:
    """Wait for something that another process does; ``what`` tells more where it never comes to it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what() or "it never came to it"
        time.sleep(POLL_SECONDS)


class Scratch:
    """An instance. The listening socket is ours, so that a server that is killed gets its port back."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ} | {
            "INSTANCE_PATH": str(folder),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "scratch",
            "SEAL_KEY": "scratch",
            "BASE_URL": self.url,
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def web(self, *, processes: int = 2, largest_file_blocks: int | None = None) -> subprocess.Popen[bytes]:
        """gunicorn as ``run.py`` starts it; ready when it answers."""
        options = ["-k", "gthread", "--workers", str(processes), "--threads", "4", "--no-control-socket"]
        bind = ["--bind", f"fd://{self.listener.fileno()}", "--log-level", "warning"]
        started = self._start(["gunicorn", "wsgi:app", *options, *bind], largest_file_blocks)
        until(lambda: self._answers(started), self.said)
        return started

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start(["flask", "--app", "wsgi", "worker"])

    def flask(self, *words: str, largest_file_blocks: int | None = None) -> tuple[int, str]:
        """Exit code and output of a command."""
        command = _limited([sys.executable, "-m", "flask", "--app", "wsgi", *words], largest_file_blocks)
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def person(self) -> Person:
        return Person(OverHttp("127.0.0.1", self.port))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As the system does it: no goodbye, and everything it started goes too."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(START_SECONDS)
        self.processes.remove(process)

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        process.terminate()
        code = process.wait(START_SECONDS)
        self.processes.remove(process)
        return code

    def close(self) -> None:
        for process in list(self.processes):
            self.kill(process)
        self.listener.close()

    def said(self) -> str:
        """What its processes printed."""
        return (self.folder / "said.log").read_text(encoding="utf8", errors="replace")

    def _start(self, module: list[str], largest_file_blocks: int | None = None) -> subprocess.Popen[bytes]:
        command = _limited([sys.executable, "-m", *module], largest_file_blocks)
        with (self.folder / "said.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[self.listener.fileno()],
            )
        self.processes.append(process)
        return process

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, self.said()
        with suppress(OSError):
            return OverHttp("127.0.0.1", self.port).get("/healthz").status == 200
        return False


def _limited(command: list[str], largest_file_blocks: int | None) -> list[str]:
    """The command on a disk where no file may grow beyond so many blocks of 512 bytes."""
    if largest_file_blocks is None:
        return command
    return ["sh", "-c", f'ulimit -f {largest_file_blocks}; exec "$@"', "sh", *command]


def children_of(pid: int) -> list[int]:
    """Processes that a process started itself."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return sorted(found)


@contextmanager
def scratch_instance(folder: Path, database_url: str) -> Iterator[Scratch]:
    folder.mkdir(parents=True, exist_ok=True)
    instance = Scratch(folder, database_url)
    try:
        yield instance
    finally:
        instance.close()
