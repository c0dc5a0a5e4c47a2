"""Tables of questions and clarifications."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import Challenge
from marketplace.core.db import Base, IntPk, PublicId, Versioned, choice
from marketplace.questions.lifecycle import LIFECYCLE, QuestionState


class Question(Versioned, Base):
    """What somebody asked about a challenge, and the poster's answer. Who asked is for the asker and the operator."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_has_a_moment"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_a_moment"),
        CheckConstraint("(state = 'hidden') = (hidden_at IS NOT NULL)", name="hidden_has_a_moment"),
        Index("ix_question_challenge_id_asked_at", "challenge_id", "asked_at", "id"),
        Index("ix_question_challenge_id_state", "challenge_id", "state"),
        Index("ix_question_asker_id", "asker_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState, "state"), default=LIFECYCLE.initial)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(String(500))

    challenge: Mapped[Challenge] = relationship(lazy="raise")


class ClarificationKind(StrEnum):
    """Words of the poster or the operator, or a deadline that moved."""

    WORDS = "words"
    DEADLINE = "deadline"


class Clarification(Base):
    """A numbered notice of a challenge, 1, 2, …; never changed. ``body`` is its text, or why the deadline moved."""

    __tablename__ = "clarification"
    __table_args__ = (
        UniqueConstraint("challenge_id", "number"),
        CheckConstraint("number > 0", name="counts_from_one"),
        CheckConstraint(
            "(kind = 'deadline') = (previous_close_at IS NOT NULL) AND (kind = 'deadline') = (close_at IS NOT NULL)",
            name="deadline_has_its_moments",
        ),
    )

    id: Mapped[IntPk]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    number: Mapped[int]
    kind: Mapped[ClarificationKind] = mapped_column(choice(ClarificationKind, "kind"))
    body: Mapped[str] = mapped_column(Text)
    previous_close_at: Mapped[datetime | None]
    close_at: Mapped[datetime | None]
    published_at: Mapped[datetime]
