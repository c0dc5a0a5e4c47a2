"""Tables of achievements."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.achievements import maturity
from marketplace.achievements.lifecycle import LIFECYCLE, AchievementState
from marketplace.core.db import Base, Fen, IntPk, PublicId, Versioned, choice
from marketplace.core.numbering import YearlyCounter
from marketplace.core.secrecy import Secrecy
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.cooperation import Cooperation


class Achievement(Versioned, Base):
    """Technology on offer. Text fields may have gaps in a draft; ``number`` (CG-2026-0001) is given at publication.

    ``price_min_fen`` None means 面议; alone it is the price, with ``price_max_fen`` the lower end of a range.
    ``direction`` None means 未归类. ``listed_until`` is the moment the listing ends.
    """

    __tablename__ = "achievement"
    __table_args__ = (
        CheckConstraint("readiness BETWEEN 1 AND 9", name="readiness_is_a_level"),
        CheckConstraint("price_min_fen > 0", name="price_is_positive"),
        CheckConstraint(
            "price_max_fen IS NULL OR (price_min_fen IS NOT NULL AND price_max_fen >= price_min_fen)",
            name="price_range_in_order",
        ),
        CheckConstraint(
            "state NOT IN ('listed', 'scheduled', 'expired') OR (publish_at IS NOT NULL AND listed_until IS NOT NULL)",
            name="listed_has_its_dates",
        ),
        CheckConstraint(
            "state NOT IN ('listed', 'expired') OR (number IS NOT NULL AND published_at IS NOT NULL)",
            name="listed_has_a_number",
        ),
        CheckConstraint(
            "listed_until IS NULL OR publish_at IS NULL OR listed_until > publish_at", name="ends_after_publication"
        ),
        Index("ix_achievement_state_published_at", "state", "published_at", "id"),
        Index("ix_achievement_state_direction", "state", "direction", "published_at"),
        Index("ix_achievement_state_area", "state", "area", "published_at"),
        Index("ix_achievement_state_readiness", "state", "readiness", "id"),
        Index("ix_achievement_state_price_min_fen", "state", "price_min_fen", "id"),
        Index("ix_achievement_organisation_id", "organisation_id", "updated_at"),
        Index("ix_achievement_state_publish_at", "state", "publish_at"),
        Index("ix_achievement_state_listed_until", "state", "listed_until"),
        Index("ix_achievement_state_submitted_at", "state", "submitted_at", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str | None] = mapped_column(Text)
    summary_en: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    direction: Mapped[str | None] = mapped_column(String(40))
    other_directions: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    area: Mapped[str | None] = mapped_column(String(40))
    readiness: Mapped[int | None]
    readiness_scale: Mapped[str] = mapped_column(String(20), default=maturity.SCALE)
    readiness_evidence: Mapped[str | None] = mapped_column(Text)
    inventors: Mapped[list[str]] = mapped_column(default=list)
    cooperation: Mapped[list[str]] = mapped_column(default=list)
    """As it is shown; ``AchievementCooperation`` holds the same, for filtering."""
    price_min_fen: Mapped[Fen | None]
    price_max_fen: Mapped[Fen | None]
    patents: Mapped[list[str]] = mapped_column(default=list)
    secrecy: Mapped[Secrecy] = mapped_column(choice(Secrecy, "secrecy"), default=Secrecy.PUBLIC)
    """Of what the listing leaves out: what it says is public."""
    has_no_state_secrets: Mapped[bool] = mapped_column(default=False)
    state: Mapped[AchievementState] = mapped_column(choice(AchievementState, "state"), default=LIFECYCLE.initial)
    state_reason: Mapped[str | None] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    listed_until: Mapped[datetime | None]
    reminded_until: Mapped[datetime | None]
    """The end of listing that the owner has a letter about: a renewed listing is told of again before its new end."""

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    figures: Mapped[list["Figure"]] = relationship(
        back_populates="achievement", lazy="raise", order_by="Figure.position", cascade="all, delete-orphan"
    )


class Figure(Base):
    """One measured figure of performance, and what shows it."""

    __tablename__ = "achievement_figure"
    __table_args__ = (UniqueConstraint("achievement_id", "position"),)

    id: Mapped[IntPk]
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[str | None] = mapped_column(String(200))

    achievement: Mapped[Achievement] = relationship(back_populates="figures", lazy="raise")


class AchievementCooperation(Base):
    """One way of cooperation an achievement offers: an index, so that lists need not look into every JSON text."""

    __tablename__ = "achievement_cooperation"
    __table_args__ = (Index("ix_achievement_cooperation_mode", "mode", "achievement_id"),)

    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"), primary_key=True)
    mode: Mapped[Cooperation] = mapped_column(choice(Cooperation, "mode"), primary_key=True)


class AchievementNumber(YearlyCounter, Base):
    """The counter behind the display numbers, one row a year, locked while a number is taken."""

    __tablename__ = "achievement_number"
