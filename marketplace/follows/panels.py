"""The button on pages of what can be followed, and the latest follows on the workbench."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.registry import Registry
from marketplace.core.subject import Subject
from marketplace.follows import queries
from marketplace.follows.presenters import DIRECTION, Title, as_rows

ON_WORKBENCH = 5
Load = Callable[[Session, Actor, Any, datetime], Mapping[str, Any] | None]


def button_for(kind: str) -> Load:
    """The button on the page of one kind of thing."""

    def load(session: Session, actor: Actor, thing: Any, _now: datetime) -> Mapping[str, Any]:
        subject_id = thing.code if kind == DIRECTION else thing.public_id
        found = queries.follow_of(session, actor, Subject(kind, subject_id))
        return {"kind": kind, "subject_id": subject_id, "is_on": found is not None}

    return load


def of_workbench(registry: Registry) -> Load:
    """What this person followed last."""

    def load(session: Session, actor: Actor, _actor: Actor, _now: datetime) -> Mapping[str, Any] | None:
        page = queries.follows_of(session, actor, per_page=ON_WORKBENCH)
        if not page.items:
            return None
        return {"rows": as_rows(page.items, titles_of(session, actor, page.items, registry), registry)}

    return load


def titles_of(session: Session, actor: Actor, follows: Any, registry: Registry) -> dict[tuple[str, str], Title]:
    """Titles of what this person still sees: a query for each kind, however many follows."""
    titles: dict[tuple[str, str], Title] = {}
    for kind in registry.kinds.values():
        ids = [one.subject_id for one in follows if one.kind == kind.name]
        if ids and kind.load_visible is not None:
            found = kind.load_visible(session, actor, ids)
            for public_id, thing in found.items():
                english = getattr(thing, "title_en", None) or getattr(thing, "name_en", None)
                titles[kind.name, public_id] = Title(kind.title(thing), english)
    return titles
