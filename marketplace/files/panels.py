"""The files of a thing on its page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.registry import FileRules
from marketplace.files import presenters, queries

Load = Callable[[Session, Actor, Any, datetime], Mapping[str, Any] | None]


def files_under(rules: FileRules) -> Load:
    """The panel of one kind: what this person sees, and the way to add or remove; None where there is neither."""

    def load(session: Session, actor: Actor, thing: Any, _now: datetime) -> Mapping[str, Any] | None:
        files = queries.visible_files(session, rules, actor, thing)
        may_attach = rules.attach(actor, thing)
        if not files and not may_attach:
            return None
        return {
            "rows": presenters.as_rows(files, rules, actor, thing),
            "may_attach": may_attach,
            "kind": rules.kind,
            "subject_id": thing.public_id,
        }

    return load
