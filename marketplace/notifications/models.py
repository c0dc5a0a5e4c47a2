"""Tables of what people are told, how it reaches them, and what they chose."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk, PublicId, choice
from marketplace.core.news import ChannelName
from marketplace.notifications.lifecycle import LIFECYCLE, DeliveryState

KIND_LENGTH = 48
UNREAD = text("read_at IS NULL")


class Notification(Base):
    """One message in one person's inbox, written in the transaction of the act. Its words are made when it is read."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user_id_id", "user_id", "id"),
        Index("ix_notification_unread", "user_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(12))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Base):
    """One message by one channel to one address. The words are made when it is sent; ``facts`` is what they need.

    ``next_at`` is when it is due; a worker that takes it moves it ahead, so that nobody else does, and a worker that
    dies with it loses only time. ``public_id`` goes with it, so that a second copy is known for one.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_moment"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_delivery_channel_state_next_at", "channel", "state", "next_at"),
        Index("ix_delivery_state_id", "state", "id"),
        Index("ix_delivery_created_at", "created_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    notification_id: Mapped[int | None] = mapped_column(ForeignKey("notification.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    channel: Mapped[ChannelName] = mapped_column(choice(ChannelName, "channel"))
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "state"), default=LIFECYCLE.initial)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]


class Choice(Base):
    """That a person wants, or not, one kind of news by one channel; without a row the kind's own way holds."""

    __tablename__ = "notification_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH), primary_key=True)
    channel: Mapped[ChannelName] = mapped_column(choice(ChannelName, "channel"), primary_key=True)
    is_on: Mapped[bool]


class Digest(Base):
    """A person who wants one letter a day, at ``hour`` in Beijing; what came until ``told_until`` was in one."""

    __tablename__ = "notification_digest"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_a_day"),
        Index("ix_notification_digest_next_at", "next_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[int]
    next_at: Mapped[datetime]
    told_until: Mapped[datetime]
