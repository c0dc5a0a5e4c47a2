"""A scratch instance of the product: migrated, filled, indexed, with somebody signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, update

from bench.rows import TOKEN, Generator, fill
from config import Config
from marketplace.accounts.login import TOKEN_KEY
from marketplace.accounts.models import UserSession
from marketplace.app import create_app
from marketplace.core.transaction import refresh_statistics, writing
from marketplace.indexing import worker
from marketplace.indexing.engines import engine
from marketplace.taxonomy.current import catalogue
from marketplace.web.current import registry
from marketplace.web.extensions import db

FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Instance:
    """An application with ``size`` challenges, and the cookie of somebody who is signed in."""

    size: int
    app: Flask
    database: Engine
    cookie: str

    @property
    def folder(self) -> Path:
        return settings(self.app).instance


def settings(app: Flask) -> Config:
    found: Config = app.config["JIEBANG"]
    return found


def opened(folder: Path, size: int) -> Instance:
    """The instance in this folder, built unless it is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Config(mode="production", instance=folder, secret_key="bench", seal_key="bench"))
    with app.app_context():
        if not (folder / FILLED).exists():
            _build(size)
            (folder / FILLED).touch()
        _sign_in_again()
        return Instance(size, app, db.engine, cookie_of(app, {TOKEN_KEY: TOKEN}))


def _build(size: int) -> None:
    moment = datetime.now(UTC)
    flask_migrate.upgrade()
    fill(db.engine, Generator(catalogue(), size, moment))
    refresh_statistics(db.engine)
    worker.rebuild(db.engine, engine(), registry(), now=moment)


def _sign_in_again() -> None:
    """A session of an instance that was kept would have timed out."""
    moment = datetime.now(UTC)
    with writing(db.engine) as session:
        session.execute(update(UserSession).values(started_at=moment, seen_at=moment))


def cookie_of(app: Flask, values: dict[str, str]) -> str:
    """The ``Cookie`` header of a browser whose session holds these values."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(values)}"
