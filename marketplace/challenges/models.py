"""Tables of challenges."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import LIFECYCLE, ChallengeState
from marketplace.core.db import Base, Fen, IntPk, PublicId, Versioned, choice
from marketplace.core.numbering import YearlyCounter
from marketplace.core.secrecy import Secrecy
from marketplace.organisations.models import Organisation


class IpTerms(StrEnum):
    """Who is to own what comes out of it."""

    POSTER = "poster"
    SOLVER = "solver"
    SHARED = "shared"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    NEGOTIABLE = "negotiable"


class Disclosure(StrEnum):
    """What the public reads: everything, or the summary and the indicators' names only."""

    FULL = "full"
    SUMMARY = "summary"


class Challenge(Versioned, Base):
    """A need. Text fields may have gaps in a draft; ``number`` (JB-2026-0147) is given at publication.

    ``budget_fen`` 0 means to be discussed, None not said yet. ``direction`` None means 未归类.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("budget_fen >= 0", name="budget_not_negative"),
        CheckConstraint("readiness_wanted BETWEEN 1 AND 9", name="readiness_is_a_level"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_make_sense"),
        CheckConstraint(
            "state NOT IN ('open', 'scheduled') OR (publish_at IS NOT NULL AND bids_close_at IS NOT NULL)",
            name="published_has_its_dates",
        ),
        CheckConstraint(
            "state <> 'open' OR (number IS NOT NULL AND published_at IS NOT NULL)", name="open_has_a_number"
        ),
        CheckConstraint(
            "bids_close_at IS NULL OR publish_at IS NULL OR bids_close_at > publish_at", name="closes_after_publication"
        ),
        Index("ix_challenge_state_published_at", "state", "published_at", "id"),
        Index("ix_challenge_state_bids_close_at", "state", "bids_close_at", "id"),
        Index("ix_challenge_state_budget_fen", "state", "budget_fen", "id"),
        Index("ix_challenge_state_direction", "state", "direction", "published_at"),
        Index("ix_challenge_state_kind", "state", "kind", "published_at"),
        Index("ix_challenge_state_area", "state", "area", "published_at"),
        Index("ix_challenge_organisation_id", "organisation_id", "updated_at"),
        Index("ix_challenge_state_publish_at", "state", "publish_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    kind: Mapped[ChallengeKind] = mapped_column(choice(ChallengeKind, "kind"))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str | None] = mapped_column(Text)
    summary_en: Mapped[str | None] = mapped_column(Text)
    background: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
    scope: Mapped[str | None] = mapped_column(Text)
    direction: Mapped[str | None] = mapped_column(String(40))
    other_directions: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    area: Mapped[str | None] = mapped_column(String(40))
    budget_fen: Mapped[Fen | None]
    months: Mapped[int | None]
    readiness_wanted: Mapped[int | None]
    cooperation: Mapped[list[str]] = mapped_column(default=list)
    ip_terms: Mapped[IpTerms | None] = mapped_column(choice(IpTerms, "ip_terms"))
    secrecy: Mapped[Secrecy] = mapped_column(choice(Secrecy, "secrecy"), default=Secrecy.PUBLIC)
    disclosure: Mapped[Disclosure] = mapped_column(choice(Disclosure, "disclosure"), default=Disclosure.FULL)
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    has_no_state_secrets: Mapped[bool] = mapped_column(default=False)
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    wanted_close_at: Mapped[datetime | None]
    """When the poster would like bidding to end; the operator fixes ``bids_close_at`` at publication."""
    state: Mapped[ChallengeState] = mapped_column(choice(ChallengeState, "state"), default=LIFECYCLE.initial)
    state_reason: Mapped[str | None] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    bids_close_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    indicators: Mapped[list["Indicator"]] = relationship(
        back_populates="challenge", lazy="raise", order_by="Indicator.position", cascade="all, delete-orphan"
    )


class Indicator(Base):
    """One row of what acceptance will be measured by."""

    __tablename__ = "challenge_indicator"
    __table_args__ = (UniqueConstraint("challenge_id", "position"),)

    id: Mapped[IntPk]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str | None] = mapped_column(String(40))
    comparator: Mapped[Comparator] = mapped_column(choice(Comparator, "comparator"))
    target: Mapped[str | None] = mapped_column(String(40))
    target_upper: Mapped[str | None] = mapped_column(String(40))
    is_mandatory: Mapped[bool] = mapped_column(default=False)
    present: Mapped[str | None] = mapped_column(String(60))
    domestic_best: Mapped[str | None] = mapped_column(String(60))
    international_best: Mapped[str | None] = mapped_column(String(60))
    test_method: Mapped[str | None] = mapped_column(String(200))

    challenge: Mapped[Challenge] = relationship(back_populates="indicators", lazy="raise")


class ChallengeNumber(YearlyCounter, Base):
    """The counter behind the display numbers, one row a year, locked while a number is taken."""

    __tablename__ = "challenge_number"
