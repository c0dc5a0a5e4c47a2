"""Tables of the log. Triggers (made in migrations) refuse every change and deletion of an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.db import Base, BigInt


class AuditEntry(Base):
    """One act: who (a pseudonym), what, to which subject, when; linked to the entry before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_counts_from_one"),
        Index("ix_audit_entry_subject", "subject", "number"),
        Index("ix_audit_entry_actor", "actor", "number"),
    )

    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(12))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64))
    detail_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    detail: Mapped["AuditDetail | None"] = relationship(back_populates="entry", lazy="raise")


class AuditDetail(Base):
    """What lies beside an entry: erasable, never changeable."""

    __tablename__ = "audit_detail"

    number: Mapped[int] = mapped_column(ForeignKey("audit_entry.number"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]]

    entry: Mapped[AuditEntry] = relationship(back_populates="detail", lazy="raise")


class AuditHead(Base):
    """The one row that says where the chain ends; locked last in a transaction, so that writers queue here only."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInt)
    hash: Mapped[str] = mapped_column(String(64))
