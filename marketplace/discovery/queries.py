"""Search and what the portal shows; every row found by the engine is asked of the policy again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.challenges import queries as challenges
from marketplace.core.actor import Actor
from marketplace.core.registry import Kind, Registry
from marketplace.core.subject import Subject
from marketplace.organisations.lifecycle import PUBLIC_STATES
from marketplace.organisations.models import Organisation
from search.documents import Hit


@dataclass(frozen=True, slots=True)
class Found:
    """A hit whose row this actor may see: the row of its kind, and the engine's highlights."""

    kind: Kind
    row: Any
    hit: Hit


def visible_hits(
    session: Session, registry: Registry, actor: Actor, hits: Sequence[Hit], *, now: datetime
) -> list[Found]:
    """In the engine's order, one query per kind; hits that the actor may not (or no longer) see are left out."""
    things: dict[str, Mapping[str, Any]] = {}
    for name in {hit.kind for hit in hits}:
        kind = registry.kinds[name]
        if kind.load_visible:
            things[name] = kind.load_visible(
                session, actor, [Subject.parse(hit.key).id for hit in hits if hit.kind == name]
            )
    found = []
    for hit in hits:
        thing = things.get(hit.kind, {}).get(Subject.parse(hit.key).id)
        kind = registry.kinds[hit.kind]
        if thing is not None and kind.result:
            found.append(Found(kind, kind.result(thing, actor, now), hit))
    return found


@dataclass(frozen=True, slots=True)
class Supply:
    """How much there is in one direction."""

    challenges: int
    achievements: int


def supply_by_direction(session: Session) -> dict[str, Supply]:
    demand, offers = challenges.count_by_direction(session), achievements.count_by_direction(session)
    return {code: Supply(demand.get(code, 0), offers.get(code, 0)) for code in {*demand, *offers}}


def count_organisations(session: Session) -> int:
    return session.scalar(select(func.count()).where(Organisation.state.in_(PUBLIC_STATES))) or 0
