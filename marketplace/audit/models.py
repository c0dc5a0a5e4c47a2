"""Tables of the log. Triggers (made in migrations) refuse every change and deletion of an entry."""

from datetime import date, datetime
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


class SigningKey(Base):
    """A key of the site: its public half for everybody, its private half wrapped by ``SEAL_KEY``.

    The newest that is not retired signs; retired ones stay, so that what they signed can be checked.
    """

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public: Mapped[str] = mapped_column(String(64))
    wrapped: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class DailyHead(Base):
    """Where the log ended on a day of Beijing, published and signed; never changed, never deleted.

    ``number`` stays inside: how many entries a day brought is nobody else's business.
    """

    __tablename__ = "daily_head"

    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("audit_entry.number"))
    head: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    published_at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(String(128))
