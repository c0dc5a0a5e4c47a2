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
class Title:
    """What a thing is called; ``en`` where it has an English name."""

    zh: str | None = None
    en: str | None = None


UNKNOWN = Title()


@dataclass(frozen=True, slots=True)
class Row:
    """``title`` (and ``title_en``, where there is one) None for what this person sees no longer.

    A direction is named by the page."""

    kind: str
    kind_label: str
    subject_id: str
    title: str | None
    title_en: str | None
    endpoint: str
    arguments: Mapping[str, str]
    followed_at: datetime


def as_rows(follows: Sequence[Follow], titles: Mapping[tuple[str, str], Title], registry: Registry) -> list[Row]:
    return [_row(one, titles.get((one.kind, one.subject_id), UNKNOWN), registry) for one in follows]


def _row(follow: Follow, title: Title, registry: Registry) -> Row:
    is_direction = follow.kind == DIRECTION
    return Row(
        kind=follow.kind,
        kind_label=DIRECTION_LABEL if is_direction else registry.kinds[follow.kind].label,
        subject_id=follow.subject_id,
        title=follow.subject_id if is_direction else title.zh,
        title_en=title.en,
        endpoint="taxonomy.direction" if is_direction else registry.kinds[follow.kind].endpoint,
        arguments={DIRECTION if is_direction else f"{follow.kind}_id": follow.subject_id},
        followed_at=follow.followed_at,
    )
