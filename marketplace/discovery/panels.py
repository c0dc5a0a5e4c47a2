"""Lists that appear on pages of lower features: what an organisation, an industry or a direction has on the market."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.achievements.presenters import as_row as achievement_row
from marketplace.challenges import queries as challenges
from marketplace.challenges.presenters import as_row as challenge_row
from marketplace.core.actor import Actor
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.catalogue import Direction

SHOWN = 8


def of_organisation(session: Session, actor: Actor, organisation: Organisation, now: datetime) -> Mapping[str, Any]:
    demands = challenges.list_of_organisation(session, actor, organisation.id, limit=SHOWN)
    offers = achievements.list_of_organisation(session, actor, organisation.id, limit=SHOWN)
    return {
        "challenges": [challenge_row(one, actor, now=now) for one in demands],
        "achievements": [achievement_row(one, actor, now=now) for one in offers],
        "query": {},
    }


def of_direction(session: Session, actor: Actor, direction: Direction, now: datetime) -> Mapping[str, Any]:
    return _of_directions(session, actor, (direction.code,), now) | {"query": {"direction": direction.code}}


def of_directions(session: Session, actor: Actor, directions: Sequence[Direction], now: datetime) -> Mapping[str, Any]:
    """Of an industry, given by its directions."""
    codes = tuple(direction.code for direction in directions)
    industry = directions[0].industry if directions else ""
    return _of_directions(session, actor, codes, now) | {"query": {"industry": industry}}


def _of_directions(session: Session, actor: Actor, codes: tuple[str, ...], now: datetime) -> dict[str, Any]:
    demands = challenges.list_challenges(
        session,
        actor,
        filters=challenges.Filters(direction=codes),
        sort=challenges.Sort.NEWEST,
        page=1,
        now=now,
        per_page=SHOWN,
    )
    offers = achievements.list_achievements(
        session,
        actor,
        filters=achievements.Filters(direction=codes),
        sort=achievements.Sort.NEWEST,
        page=1,
        now=now,
        per_page=SHOWN,
    )
    return {
        "challenges": [challenge_row(one, actor, now=now) for one in demands.items],
        "achievements": [achievement_row(one, actor, now=now) for one in offers.items],
    }
