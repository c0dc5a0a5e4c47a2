"""Tables of organisations and of their members."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.actor import Role
from marketplace.core.db import Base, IntPk, PublicId, Versioned, choice
from marketplace.organisations.lifecycle import (
    INVITATION,
    LIFECYCLE,
    QUALIFICATION,
    InvitationState,
    OrganisationState,
    QualificationState,
)
from marketplace.organisations.qualifications import QualificationKind


class OrganisationKind(StrEnum):
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    NEW_RND = "new_rnd"
    HOSPITAL = "hospital"
    AGENCY = "agency"
    PROVIDER = "provider"
    OTHER = "other"


class SizeClass(StrEnum):
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


class Organisation(Versioned, Base):
    """A legal person, known by its 统一社会信用代码. ``area`` is a code of the taxonomy, None outside the district."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(code) = 18", name="code_has_18_characters"),
        CheckConstraint("state <> 'verified' OR verified_at IS NOT NULL", name="verified_has_a_date"),
        Index("ix_organisation_state_verified_at", "state", "verified_at"),
        Index("ix_organisation_state_area", "state", "area"),
        Index("ix_organisation_state_kind", "state", "kind"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "kind"))
    size: Mapped[SizeClass | None] = mapped_column(choice(SizeClass, "size"))
    area: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(200))
    introduction: Mapped[str | None] = mapped_column(Text)
    introduction_en: Mapped[str | None] = mapped_column(Text)
    state: Mapped[OrganisationState] = mapped_column(choice(OrganisationState, "state"), default=LIFECYCLE.initial)
    state_reason: Mapped[str | None] = mapped_column(String(500))
    commissioner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who of the administration looks after it (服务专员)."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class Department(Base):
    """A part of an organisation (学院, 研究所, 事业部). A closed one takes no new people and things."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Base):
    """A person's role in an organisation, perhaps in one of its departments only; one role each."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id"),
        CheckConstraint("role IN ('owner', 'approver', 'editor', 'reader')", name="role_of_a_member"),
        CheckConstraint("role <> 'owner' OR department_id IS NULL", name="owner_of_the_whole"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    joined_at: Mapped[datetime]


class Invitation(Base):
    """That whoever reads a letter may join, in this role. ``email`` is kept while it waits, and no longer.

    ``token_hash`` is of the latest letter's link; ``letters`` counts them.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'approver', 'editor', 'reader')", name="role_of_a_member"),
        CheckConstraint("role <> 'owner' OR department_id IS NULL", name="owner_of_the_whole"),
        CheckConstraint("(state = 'waiting') = (email IS NOT NULL)", name="address_while_it_waits"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_has_a_moment"),
        Index(
            "ix_invitation_waiting",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_invitation_email", "email"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    letters: Mapped[int] = mapped_column(default=0)
    state: Mapped[InvitationState] = mapped_column(choice(InvitationState, "state"), default=INVITATION.initial)
    invited_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Qualification(Base):
    """A title with certificate number and validity; counts once an operator has confirmed it, until its last day."""

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_in_order"),
        CheckConstraint("(state = 'claimed') = (decided_at IS NULL)", name="decided_has_a_moment"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_with_a_reason"),
        Index("ix_qualification_organisation_id", "organisation_id"),
        Index("ix_qualification_kind", "kind", "state", "organisation_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[QualificationKind] = mapped_column(choice(QualificationKind, "kind"))
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    state: Mapped[QualificationState] = mapped_column(
        choice(QualificationState, "state"), default=QUALIFICATION.initial
    )
    reason: Mapped[str | None] = mapped_column(String(500))
    claimed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
