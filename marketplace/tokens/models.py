"""Tables of API tokens and of the answers that programs were given."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk, PublicId


class ApiToken(Base):
    """A key of a person for one organisation (or, without one, for their staff roles); only its SHA-256 is kept."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_user_id", "user_id", "revoked_at"),)

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None]
    """The organisation it acts for, by row number: organisations stand above this feature."""
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiAnswer(Base):
    """What a request with an ``Idempotency-Key`` came to.

    ``executed_at`` is written in the transaction of the request itself, so that it tells whether the effect is there;
    ``status``, ``headers`` and ``body`` are written when the answer is.
    """

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"), Index("ix_api_answer_started_at", "started_at"))

    id: Mapped[IntPk]
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    executed_at: Mapped[datetime | None]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None] = mapped_column(Text)
