"""Follows as a page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.registry import Registry
from marketplace.core.text import _
from marketplace.follows.models import Follow

DIRECTION = "direction"
FOLLOWABLE = ("challenge", "achievement", "organisation", DIRECTION)
DIRECTION_LABEL = _("方向")


@dataclass(frozen=True, slots=True)
class Row:
    """``title`` None for what this person sees no longer; a direction is named by the page."""

    kind: str
    kind_label: str
    subject_id: str
    title: str | None
    endpoint: str
    arguments: Mapping[str, str]
    followed_at: datetime


def as_rows(follows: Sequence[Follow], titles: Mapping[tuple[str, str], str], registry: Registry) -> list[Row]:
    return [_row(one, titles.get((one.kind, one.subject_id)), registry) for one in follows]


def _row(follow: Follow, title: str | None, registry: Registry) -> Row:
    is_direction = follow.kind == DIRECTION
    return Row(
        kind=follow.kind,
        kind_label=DIRECTION_LABEL if is_direction else registry.kinds[follow.kind].label,
        subject_id=follow.subject_id,
        title=follow.subject_id if is_direction else title,
        endpoint="taxonomy.direction" if is_direction else registry.kinds[follow.kind].endpoint,
        arguments={DIRECTION if is_direction else f"{follow.kind}_id": follow.subject_id},
        followed_at=follow.followed_at,
    )
