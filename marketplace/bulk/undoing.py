"""Taking back what an import made, as far as nobody has touched it since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bulk.examination import on_behalf_of
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.models import ImportOutcome
from marketplace.bulk.report import SHOWN_NAMES
from marketplace.bulk.writer import forget
from marketplace.core.actor import Actor
from marketplace.core.text import _

NOT_A_DRAFT = _("已经提交或发布")
TOUCHED = _("导入后修改过")
WAS_THERE = _("导入前就有，只改了内容")
STAYS = _("已登记的单位不撤销")


class Undoing:
    """What was taken back so far, and what is left with its reason."""

    def __init__(self, actor: Actor, kind: str, now: datetime) -> None:
        self._actor = actor
        self._kind = kind
        self._now = now
        self._rows = IMPORTERS[kind].rows
        self._taken = self._left_count = 0
        self._left: list[list[str]] = []

    def take(self, session: Session, batch: Sequence[ImportOutcome]) -> None:
        found = self._rows.find(session, self._actor, [outcome.subject_public_id for outcome in batch])
        gone: list[str] = []
        for outcome in batch:
            thing = found.get(outcome.subject_public_id)
            if thing is None:
                continue
            why = self._why_left(outcome, thing) or self._withdraw(session, thing)
            if not why:
                gone.append(outcome.subject_public_id)
                continue
            self._left_count += 1
            if len(self._left) < SHOWN_NAMES:
                self._left.append([outcome.subject_public_id, self._rows.title_of(thing), why])
        forget(session, gone)
        self._taken += len(gone)

    def as_json(self) -> dict[str, Any]:
        return {"taken": self._taken, "left_count": self._left_count, "left": self._left}

    def _why_left(self, outcome: ImportOutcome, thing: Any) -> str:
        if not outcome.is_new:
            return WAS_THERE
        if self._kind == "organisations":
            return STAYS
        return TOUCHED if thing.version != outcome.version else ""

    def _withdraw(self, session: Session, thing: Any) -> str:
        owner_id = self._rows.owner_of(thing)
        acting = self._actor if owner_id is None else on_behalf_of(self._actor, owner_id)
        return "" if self._rows.take_back(session, acting, thing, now=self._now) else NOT_A_DRAFT
