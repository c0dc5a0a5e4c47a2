"""An application with its database, its index and its worker, as tests below the pages handle it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.achievements import services as achievements
from marketplace.challenges import services as challenges
from marketplace.core import transaction
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.registry import Registry
from marketplace.indexing import engines, worker
from marketplace.indexing.models import OutboxEntry
from marketplace.web.extensions import EXTENSION_KEY, db
from search.documents import SearchQuery
from search.engine import SearchEngine, SearchUnavailable
from tests.journeys.market import work


@dataclass
class Site:
    """``database`` is the application's own engine; ``index`` the search engine in its instance folder."""

    app: Flask
    database: Engine

    @property
    def index(self) -> SearchEngine:
        return self.app.extensions[engines.KEY]

    @index.setter
    def index(self, other: SearchEngine) -> None:
        self.app.extensions[engines.KEY] = other

    @property
    def kinds(self) -> Registry:
        return self.app.extensions[EXTENSION_KEY]

    def writing(self) -> AbstractContextManager[Session]:
        return transaction.writing(self.database)

    def reading(self) -> AbstractContextManager[Session]:
        return transaction.reading(self.database)

    def work(self, *, now: datetime | None = None) -> None:
        work(self.app, now=now)

    def tell(self, *, now: datetime) -> int:
        """One round of the index's worker."""
        return worker.drain(self.database, self.index, self.kinds, now=now)

    def found(self, words: str) -> list[str]:
        """Keys that the engine finds."""
        return [hit.key for hit in self.index.search(SearchQuery(text=words)).hits]

    def notes(self) -> list[OutboxEntry]:
        with self.reading() as session:
            return list(session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)))

    def differences(self) -> list[tuple[str, str]]:
        return [(one.key, one.problem) for one in worker.compare(self.database, self.index, self.kinds)]

    def step(self, kind: str, public_id: str, action: str, *, now: datetime, actor: Actor = SYSTEM, **facts) -> None:
        """One step of a thing's life, by its service."""
        with self.writing() as session:
            if kind == "challenge":
                thing = self.kinds.kinds[kind].load(session, [public_id])[public_id]
                challenges.advance_challenge(session, actor, thing, action, step=challenges.Step(**facts), now=now)
            else:
                thing = self.kinds.kinds[kind].load(session, [public_id])[public_id]
                step = achievements.Step(**facts)
                achievements.advance_achievement(session, actor, thing, action, step=step, now=now)


@contextmanager
def opened(app: Flask) -> Iterator[Site]:
    with app.app_context():
        database = db.engine
    yield Site(app, database)
    database.dispose()


class Down:
    """A search engine that does not answer."""

    def __getattr__(self, name):
        def refuse(*_args, **_kwargs):
            raise SearchUnavailable("the engine is down")

        return refuse

    def is_ready(self) -> str:
        return "the engine is down"
