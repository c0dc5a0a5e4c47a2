"""Tables of an organisation's own approval: what it asks for, and every time that it was asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.approvals.lifecycle import LIFECYCLE, ApprovalState
from marketplace.core.db import Base, IntPk, PublicId, Versioned, choice


class ApprovalRule(Base):
    """Things of this kind need a release; ``department_id`` None speaks of the whole organisation."""

    __tablename__ = "approval_rule"
    __table_args__ = (
        Index("ix_approval_rule_department", "organisation_id", "kind", "department_id", unique=True),
        Index(
            "ix_approval_rule_whole",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=text("department_id IS NULL"),
            postgresql_where=text("department_id IS NULL"),
        ),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(24))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    made_at: Mapped[datetime]


class Approval(Versioned, Base):
    """One request for the release of one version of a thing; the version is known by its ``fingerprint``."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("state NOT IN ('released', 'returned') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("state <> 'returned' OR reason IS NOT NULL", name="returned_with_a_reason"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="decided_by_another"),
        Index("ix_approval_subject", "subject", "id"),
        Index("ix_approval_organisation_id_state", "organisation_id", "state", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    subject: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[ApprovalState] = mapped_column(choice(ApprovalState, "state"), default=LIFECYCLE.initial)
    reason: Mapped[str | None] = mapped_column(String(1000))
    asked_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
