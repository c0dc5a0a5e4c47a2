"""Tables of interests and their messages."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.achievements.models import Achievement
from marketplace.core.db import Base, IntPk, PublicId, Versioned, choice
from marketplace.interests.lifecycle import LIFECYCLE, InterestState, Side
from marketplace.organisations.models import Organisation


class Interest(Versioned, Base):
    """One organisation's interest in one achievement; ``awaits`` is the side that has not answered yet."""

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("achievement_id", "organisation_id"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_moment"),
        Index("ix_interest_achievement_id_last_at", "achievement_id", "last_at", "id"),
        Index("ix_interest_organisation_id_last_at", "organisation_id", "last_at", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[InterestState] = mapped_column(choice(InterestState, "state"), default=LIFECYCLE.initial)
    awaits: Mapped[Side] = mapped_column(choice(Side, "awaits"))
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    achievement: Mapped[Achievement] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class InterestMessage(Base):
    """What one side wrote; never changed."""

    __tablename__ = "interest_message"
    __table_args__ = (Index("ix_interest_message_interest_id", "interest_id", "id"),)

    id: Mapped[IntPk]
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"))
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
