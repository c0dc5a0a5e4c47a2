"""The request's actor, moment and application parts: where Flask's globals become plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g

from config import Config
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.registry import Registry
from marketplace.web.extensions import EXTENSION_KEY


@dataclass(frozen=True, slots=True)
class ActingFor:
    """An organisation the person may act for, as the page's head shows it."""

    id: int
    public_id: str
    name: str
    is_current: bool
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page: the actor, and what the head of the page says about them."""

    actor: Actor
    name: str = ""
    organisations: tuple[ActingFor, ...] = ()
    scopes: frozenset[str] | None = None
    """What a token may be used for; None in a browser."""

    @property
    def current_organisation(self) -> ActingFor | None:
        return next((one for one in self.organisations if one.is_current), None)


NOBODY = Viewer(ANONYMOUS)


def viewer() -> Viewer:
    return cast(Viewer, g.get("viewer", NOBODY))


def actor() -> Actor:
    return viewer().actor


def now() -> datetime:
    return datetime.now(UTC)


def config() -> Config:
    return cast(Config, current_app.config["JIEBANG"])


def registry() -> Registry:
    return cast(Registry, current_app.extensions[EXTENSION_KEY])
