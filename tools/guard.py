"""A process that outlives ours by a moment, to end our children when we could not (kill -9)."""

import contextlib
import os
import signal
import time
from typing import NoReturn

GRACE_SECONDS = 10.0


class Guard:
    """Told of each process group as it comes and goes; hears from a closed pipe that we are gone.

    A pipe rather than the parent-death signal of Linux: it works on macOS too, and reaches whole groups.
    """

    def __init__(self) -> None:
        read_end, self._write_end = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._write_end)
            _watch(read_end)
        os.close(read_end)

    def add(self, group: int) -> None:
        os.write(self._write_end, b"+%d\n" % group)

    def remove(self, group: int) -> None:
        os.write(self._write_end, b"-%d\n" % group)

    def close(self) -> None:
        os.close(self._write_end)
        os.waitpid(self._pid, 0)


def _watch(read_end: int) -> NoReturn:
    """Live in a session of its own, deaf to what is typed at the terminal, until the pipe closes."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with os.fdopen(read_end, "rb") as news:
            groups = remaining(news.read().decode("ascii").split())
        end_groups(groups)
    finally:
        os._exit(0)


def remaining(news: list[str]) -> set[int]:
    groups: set[int] = set()
    for line in news:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    return groups


def end_groups(groups: set[int]) -> None:
    """Ask every group to end, and make those end that have not after a while."""
    deadline = time.monotonic() + GRACE_SECONDS
    alive = {group for group in groups if reached(group, signal.SIGTERM)}
    while alive and time.monotonic() < deadline:
        time.sleep(0.1)
        alive = {group for group in alive if reached(group, 0)}
    for group in alive:
        reached(group, signal.SIGKILL)


def reached(group: int, number: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
