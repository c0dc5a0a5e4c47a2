"""What an organisation's own approval has to know of a thing, whichever feature it belongs to."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A thing that is to be handed in.

    ``fingerprint`` is of all that is handed in: another one is another version. ``is_waiting`` while it has yet to be
    handed in. ``department_id`` None belongs to the organisation as a whole.
    """

    subject: Subject
    title: str
    organisation_id: int
    department_id: int | None
    fingerprint: str
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvable:
    """How the approval deals with the things of one kind; ``check`` raises where a thing could not be handed in."""

    get: Callable[[Session, Actor, str], Any]
    """The whole thing by public id; raises NotFound where this actor may not see it."""
    matter: Callable[[Any], Matter]
    check: Callable[[Session, Any, datetime], None]
    submit: Callable[[Session, Actor, Any, datetime], Any]


def fingerprint_of(facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """64 hexadecimal digits; the same facts give the same, in whatever order they come."""
    text = json.dumps([dict(facts), [dict(row) for row in rows]], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
