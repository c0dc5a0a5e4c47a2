"""Columns of exports, and a row as they take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.achievements import presenters as achievement_words
from marketplace.bulk import achievement_rows, challenge_rows, organisation_rows
from marketplace.bulk.fields import Field
from marketplace.bulk.importers import NUMBER, PUBLIC_ID, VERSION
from marketplace.bulk.showing import labelled, minute
from marketplace.challenges import presenters as challenge_words
from marketplace.core.actor import Actor
from marketplace.core.registry import Column
from marketplace.core.text import _
from marketplace.organisations import presenters as organisation_words
from marketplace.taxonomy.catalogue import Catalogue

WIDE, NARROW, USUAL = 48, 10, 18
LONG_TEXTS = frozenset({"summary", "summary_en", "background", "problem", "scope", "description", "indicators", "title",
                        "title_en", "introduction", "introduction_en", "figures"})  # fmt: skip
STATE, ADDRESS = _("状态"), _("网页")


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing with its values, and what this actor may see of it."""

    thing: Any
    values: Mapping[str, Any]
    actor: Actor
    now: datetime


def columns_of(fields: tuple[Field, ...], leave_out: frozenset[str] = frozenset()) -> list[Column]:
    """The columns that an import reads, filled with what is stored."""
    return [
        Column(field.name, field.label, _cell_of(field), WIDE if field.name in LONG_TEXTS else USUAL)
        for field in fields
        if field.name not in leave_out
    ]


def _cell_of(field: Field) -> Callable[[Any, str], object]:
    def cell(seen: Seen, tongue: str) -> object:
        value = seen.values.get(field.target)
        return None if value is None else field.show(value, tongue)

    return cell


def of_thing(name: str, label: str, read: Callable[[Any], object], width: int = USUAL) -> Column:
    return Column(name, label, lambda seen, _tongue: read(seen.thing), width)


def moment(name: str, label: str, attribute: str) -> Column:
    def cell(seen: Seen, tongue: str) -> object:
        value = getattr(seen.thing, attribute)
        return None if value is None else minute(value, tongue)

    return Column(name, label, cell)


def state(labels: Mapping[Any, str]) -> Column:
    write = labelled(labels)
    return Column("state", STATE, lambda seen, tongue: write(seen.thing.state, tongue), NARROW)


def address(base_url: str, path: str) -> Column:
    return of_thing("url", ADDRESS, lambda thing: f"{base_url}/{path}/{thing.public_id}", WIDE)


def _identity(labels: Mapping[Any, str], *, has_number: bool = True) -> list[Column]:
    """What tells a row of an own export from all others, first of all columns."""
    found = [
        of_thing(PUBLIC_ID.name, PUBLIC_ID.label, lambda thing: thing.public_id),
        of_thing(VERSION.name, VERSION.label, lambda thing: thing.version, NARROW),
        state(labels),
    ]
    return [*found, of_thing(NUMBER.name, NUMBER.label, lambda thing: thing.number)] if has_number else found


def own_columns(kind: str, catalogue: Catalogue) -> list[Column]:
    """Of one kind, the columns that can be edited and imported again."""
    if kind == "organisations":
        fields = organisation_rows.fields_of(catalogue)
        return _identity(organisation_words.STATE_LABELS, has_number=False) + columns_of(fields)
    owner = of_thing("organisation", _("单位代码"), lambda thing: thing.organisation.code)
    if kind == "achievements":
        own = columns_of(achievement_rows.fields_of(catalogue))
        return [*_identity(achievement_words.STATE_LABELS), owner, *own]
    own = columns_of(challenge_rows.fields_of(catalogue), frozenset({"closes_in_days"}))
    return [*_identity(challenge_words.STATE_LABELS), owner, *own]
