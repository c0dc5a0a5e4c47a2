"""Tables of people and of their ways in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.actor import Role
from marketplace.core.db import Base, IntPk, PublicId, Versioned, choice


class User(Versioned, Base):
    """A person. ``email`` is kept in lower case; ``email_verified_at`` is None until the letter was answered.

    ``consent_version`` names the terms agreed to last; ``Consent`` keeps each with its time. An account that was
    erased keeps its row, without anything that names the person.
    """

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    consent_version: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    email_verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class Consent(Base):
    """That a person agreed to a version of the terms, and when."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("user_id", "version"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[str] = mapped_column(String(20))
    agreed_at: Mapped[datetime]


class PersonKey(Base):
    """The key that a person's words are sealed with wherever a record outlives the account.

    ``wrapped`` is the key under ``SEAL_KEY``; None once it was destroyed, and then nothing opens those words again.
    """

    __tablename__ = "person_key"
    __table_args__ = (CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_has_no_key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    wrapped: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class TotpFactor(Base):
    """A person's second factor by time (TOTP); counts from ``confirmed_at``, when they proved to have it.

    ``secret`` is sealed with the person's key; ``last_step`` is the latest half minute whose code was taken, so that no
    code is taken twice.
    """

    __tablename__ = "totp_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One way in without the second factor; opens once. Only its SHA-256 is kept, of 80 random bits."""

    __tablename__ = "recovery_code"

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class StaffGrant(Base):
    """A staff role of a person; an area officer's names the area."""

    __tablename__ = "staff_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "area"),
        CheckConstraint("(role = 'area_officer') = (area <> '')", name="area_only_for_area_officers"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    area: Mapped[str] = mapped_column(String(40), default="")
    granted_at: Mapped[datetime]


class UserSession(Base):
    """A signed-in browser: the cookie holds a random token, the row its SHA-256. Idle and absolute time-out apply.

    While ``awaits_factor`` the password was right and the second factor is still to come: it opens nothing else.
    ``origin`` is device and network address as they were at the sign-in, sealed with the person's key.
    """

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_user_id_ended_at", "user_id", "ended_at"),)

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None]
    """The organisation this person acts for in this browser."""
    awaits_factor: Mapped[bool] = mapped_column(default=False)
    asks_consent: Mapped[bool] = mapped_column(default=False)
    """There were newer terms at the sign-in; until they are agreed to, nothing else is reached."""
    origin: Mapped[str | None] = mapped_column(Text)
    sitting_until: Mapped[datetime | None]
    """Until when the code that was sent for this sitting holds; None where none was asked for or given."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AttemptKind(StrEnum):
    LOGIN = "login"
    REGISTER = "register"
    RESET = "reset"
    FACTOR = "factor"
    SITTING = "sitting"
    SEND_CODE = "send_code"


class Attempt(Base):
    """One try at an anonymous form, counted in the database so that every web process sees the same count.

    ``key_hash`` is the SHA-256 of what was typed as the address, whether or not anybody has it; of a second factor,
    that of whose it is.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_key", "kind", "key_hash", "at"),
        Index("ix_sign_in_attempt_address", "kind", "address_hash", "at"),
    )

    id: Mapped[IntPk]
    kind: Mapped[AttemptKind] = mapped_column(choice(AttemptKind, "kind"))
    key_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class SittingCode(Base):
    """A code sent by mail to whoever sits down to something that needs it, for one browser's session.

    ``code_hash`` is bound to the session's token, which only the cookie holds: six digits alone are guessed at once.
    """

    __tablename__ = "sitting_code"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("user_session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class LetterKind(StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a kind, not a secret)


class LetterToken(Base):
    """A one-time token sent by mail; only its SHA-256 is kept."""

    __tablename__ = "letter_token"

    id: Mapped[IntPk]
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind, "kind"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
