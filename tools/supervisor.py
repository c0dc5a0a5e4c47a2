"""Keeps child processes running, and ends all of them when this process ends, however it ends."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.guard import Guard, reached
from tools.terminal import say

POLL_SECONDS = 0.1
STOP_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Child:
    """A command that should always be running."""

    name: str
    command: Sequence[str]
    is_restarted: bool = True
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    due_at: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Use as a context: leaving it ends every child, each with whatever it started itself."""

    def __init__(self, *, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = dict(environ)
        self._children: list[Child] = []
        self._stop = threading.Event()
        self._hurry = threading.Event()

    def __enter__(self) -> Self:
        self._guard = Guard()
        # What nohup ignores stays ignored: the terminal may then close without ending the site.
        heeded = [number for number in SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._on_signal) for number in heeded}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end_all()
        self._guard.close()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def start(self, child: Child) -> None:
        if child not in self._children:
            self._children.append(child)
        # A session of its own: Ctrl-C reaches this process alone, which then ends the children in order.
        child.process = subprocess.Popen(
            child.command, cwd=self._folder, env=self._environ, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._guard.add(child.process.pid)
        child.started_at = time.monotonic()

    def wait_for(self, condition: Callable[[], bool], *, timeout_seconds: float) -> bool:
        """Whether the condition came true before a child ended, the time was up or a stop was asked for."""
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline and all(child.is_running for child in self._children):
            if condition():
                return True
            if self._stop.wait(POLL_SECONDS):
                break
        return False

    def watch(self) -> None:
        """Start again what ends, until a stop is asked for or nothing is left to watch."""
        while not self._stop.wait(POLL_SECONDS):
            for child in self._children:
                self._attend(child)
            if not any(child.is_running or child.is_restarted for child in self._children):
                return

    def _attend(self, child: Child) -> None:
        if child.is_running:
            return
        if child.process is not None:
            code, group = child.process.returncode, child.process.pid
            self._forget(child)
            pause = self._pause_after(child)
            if child.is_restarted:
                say(
                    f"{child.name} 意外结束（{code}，进程 {group}），{pause:g} 秒后重启",
                    f"{child.name} ended unexpectedly ({code}, process {group}), starting again in {pause:g} s",
                )
            else:
                say(f"{child.name} 已结束（{code}）", f"{child.name} ended ({code})")
        elif child.is_restarted and time.monotonic() >= child.due_at:
            self.start(child)

    def _pause_after(self, child: Child) -> float:
        now = time.monotonic()
        child.failures = next_failures(child.failures, ran_seconds=now - child.started_at)
        pause = pause_seconds(child.failures)
        child.due_at = now + pause
        return pause

    def _forget(self, child: Child) -> None:
        """What a dead child left behind must go before its port or its lock can be taken again."""
        if child.process is not None:
            reached(child.process.pid, signal.SIGKILL)
            child.process.wait()
            self._guard.remove(child.process.pid)
            child.process = None

    def _end_all(self) -> None:
        for child in self._children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running for child in self._children) and time.monotonic() < deadline:
            if self._hurry.wait(POLL_SECONDS):
                break
        for child in self._children:
            self._forget(child)

    def _on_signal(self, *_: object) -> None:
        """Once asks the children to finish; a second time does not wait for them."""
        (self._hurry if self._stop.is_set() else self._stop).set()


def next_failures(failures: int, *, ran_seconds: float) -> int:
    """A child that ran steadily for a while starts with a clean sheet."""
    return 1 if ran_seconds >= STEADY_SECONDS else failures + 1


def pause_seconds(failures: int) -> float:
    return min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)
