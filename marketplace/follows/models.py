"""The table of follows."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk


class Follow(Base):
    """One person follows one thing: a public id, or the code of a direction. Nobody else reads who follows what."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "subject_id"),
        Index("ix_follow_kind_subject_id", "kind", "subject_id"),
        Index("ix_follow_user_id_followed_at", "user_id", "followed_at", "id"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(40))
    followed_at: Mapped[datetime]
