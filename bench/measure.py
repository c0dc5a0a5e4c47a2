"""How things are measured: CPU time of this process, medians, and what is compared in turns, so that noise hits all."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

WARM_UP = 5
CALLS = 60
BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")

Call = Callable[[int], object]
"""What is measured; it is told the number of the round."""


def interleaved(calls: Mapping[str, Call], rounds: int = CALLS) -> dict[str, float]:
    """Median CPU milliseconds of each, every round calling all of them once."""
    for number in range(WARM_UP):
        for call in calls.values():
            call(number)
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        for name, call in calls.items():
            started = time.process_time_ns()
            call(number)
            spent[name].append((time.process_time_ns() - started) / 1e6)
    return {name: median(values) for name, values in spent.items()}


class Browser:
    """Asks a WSGI application for pages, with one cookie or token, middleware included, without a socket."""

    def __init__(self, app: Callable[..., Any], cookie: str = "", *, token: str = "") -> None:
        self._app, self._cookie, self._token = app, cookie, token

    def get(self, path: str) -> Response:
        environ = self._environ(path)
        body, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        return Response(b"".join(body), status, headers)

    def call(self, *paths: str) -> Call:
        """The pages in turn, asked for without the cost of asking."""
        environs = [self._environ(path) for path in paths]

        def ask(number: int) -> object:
            return run_wsgi_app(self._app, environs[number % len(environs)], buffered=True)

        return ask

    def _environ(self, path: str) -> dict[str, Any]:
        sent = {"Authorization": f"Bearer {self._token}"} if self._token else {"Cookie": self._cookie}
        return EnvironBuilder(path=path, headers=Headers(sent)).get_environ()

    def keep_cookie(self, name: str, response: Response) -> None:
        """What the answer sets replaces what was sent, as in a browser."""
        for header in response.headers.getlist("Set-Cookie"):
            if header.startswith(f"{name}="):
                self._cookie = header.partition(";")[0]


@contextmanager
def counted(database: Engine) -> Iterator[list[str]]:
    """The statements that are run inside the block, without the frame of a transaction."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(BOOKKEEPING):
            statements.append(statement)

    event.listen(database, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database, "before_cursor_execute", note)
