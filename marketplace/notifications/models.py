"""Tables of what is to be told to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk, choice
from marketplace.notifications.lifecycle import LIFECYCLE, DeliveryState


class Delivery(Base):
    """One letter to one address. The words are made when it is sent; ``facts`` is what they need.

    ``next_at`` is when it is due; a worker that takes it moves it ahead, so that nobody else does, and a worker that
    dies with it loses only time.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_moment"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[IntPk]
    kind: Mapped[str] = mapped_column(String(48))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "state"), default=LIFECYCLE.initial)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
