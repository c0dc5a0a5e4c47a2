"""The settings as this process knows them (adapter to Flask): a copy in memory, so that no page asks the database.

Every few seconds a request asks for the number of the newest row, and reads the rows again where it moved. It asks the
driver directly: a look-up of 20 microseconds that belongs to the process, not to the page that happens to pay for it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask, current_app, request
from sqlalchemy import Engine

from marketplace.core.setting import Setting, Value
from marketplace.settings import presenters, values
from marketplace.web.extensions import db
from marketplace.web.language import gettext, language

KEY = "jiebang.settings"
FRESH_SECONDS = 2.0
NEWEST = "SELECT max(id) FROM site_setting"
ALL = "SELECT name, value FROM site_setting ORDER BY name, version"


class Current:
    """The kept texts by name, at most ``FRESH_SECONDS`` older than the database; empty until it answers."""

    def __init__(self, engine: Callable[[], Engine], clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._newest: int | None = None
        self._kept: Mapping[str, str | None] = {}
        self._furniture: dict[str, Mapping[str, Any]] = {}

    def value(self, setting: Setting[Value]) -> Value:
        if setting.is_secret:
            raise KeyError(f"{setting.name} is a secret")
        return values.read(setting, self._kept.get(setting.name))

    def refresh(self, *, at_once: bool = False) -> None:
        """Ask whether anything changed, unless that was asked a moment ago; one thread asks for all."""
        is_fresh = self._asked_at is not None and self._clock() - self._asked_at < FRESH_SECONDS
        if (is_fresh and not at_once) or not self._lock.acquire(blocking=at_once):
            return
        try:
            self._asked_at = self._clock()
            self._read()
        except Exception:  # noqa: S110  (the page that says what is wrong with the database needs its foot, too)
            pass
        finally:
            self._lock.release()

    def _read(self) -> None:
        connection = self._engine().raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(NEWEST)
            newest = max((number or 0 for (number,) in cursor.fetchall()), default=0)
            if newest != self._newest:
                cursor.execute(ALL)
                self._kept = dict(cursor.fetchall())
                self._newest, self._furniture = newest, {}
            cursor.close()
        finally:
            connection.close()

    def furniture(self, tongue: str) -> Mapping[str, Any]:
        """The site's name and the lines of its foot, put together once for each language."""
        found = self._furniture.get(tongue)
        if found is None:
            found = self._furniture[tongue] = presenters.furniture(self.value, tongue)
        return found


def current() -> Current:
    return cast(Current, current_app.extensions[KEY])


def value(setting: Setting[Value]) -> Value:
    """The value in force, at most two seconds old. Inside a transaction ask ``queries.value``."""
    return current().value(setting)


def _refresh() -> None:
    if request.endpoint != "static":
        current().refresh()


def _furniture() -> dict[str, Any]:
    known = current().furniture(language())
    name = known["name"] or gettext(presenters.SITE_NAME)
    return {"site": {**known, "name": name, "office": known["office"] or name}}


def init_app(app: Flask) -> None:
    app.extensions[KEY] = Current(lambda: db.engine)
    app.before_request(_refresh)
    app.context_processor(_furniture)
