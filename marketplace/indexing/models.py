"""The outbox: rows written in the transaction of a change, drained by the worker."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base
from marketplace.core.queue import Queued


class OutboxEntry(Queued, Base):
    """One thing changed, and the engine has yet to hear of it."""

    __tablename__ = "search_outbox"
    __table_args__ = (Index("ix_search_outbox_due", "failed_at", "next_at", "id"),)

    subject: Mapped[str] = mapped_column(String(64), index=True)
    noted_at: Mapped[datetime]
