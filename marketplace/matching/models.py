"""Matches, one row for each side that lists it, and what the worker has yet to match."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk, choice
from marketplace.core.queue import Queued


class Band(StrEnum):
    """强, 中, 弱 by thresholds of the search package."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Match(Base):
    """``object`` is worth a look for ``subject``; ``score`` 0…1; ``reasons`` as the search package explains them."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "object_kind", "object_id"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
        Index("ix_match_subject", "subject_kind", "subject_id", "score"),
        Index("ix_match_object", "object_kind", "object_id"),
    )

    id: Mapped[IntPk]
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(12))
    object_kind: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[str] = mapped_column(String(12))
    score: Mapped[float]
    band: Mapped[Band] = mapped_column(choice(Band, "band"))
    reasons: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime]


class MatchTask(Queued, Base):
    """A thing whose matches have to be made again."""

    __tablename__ = "match_task"
    __table_args__ = (Index("ix_match_task_due", "failed_at", "next_at", "id"),)

    subject: Mapped[str] = mapped_column(String(64))
