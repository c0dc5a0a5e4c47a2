"""The table of files: what is kept, for which thing, and who may read it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk, PublicId, choice
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.files.lifecycle import LIFECYCLE, ScanState


class StoredFile(Base):
    """A file of a thing. ``sha256`` names its content in the store, which may be that of other files as well.

    ``next_scan_at`` is when the antivirus is asked (again), None for at once.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_is_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_has_64_digits"),
        CheckConstraint("scan <> 'clean' OR scanned_at IS NOT NULL", name="clean_was_scanned"),
        Index("ix_stored_file_subject", "subject_kind", "subject_id", "id"),
        Index("ix_stored_file_scan_next_scan_at", "scan", "next_scan_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    secrecy: Mapped[Secrecy] = mapped_column(choice(Secrecy, "secrecy"))
    is_stripped: Mapped[bool] = mapped_column(default=False)
    """Whether its authors were taken out of it."""
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    uploaded_at: Mapped[datetime]
    scan: Mapped[ScanState] = mapped_column(choice(ScanState, "scan"), default=LIFECYCLE.initial)
    scanned_at: Mapped[datetime | None]
    next_scan_at: Mapped[datetime | None]
    scan_error: Mapped[str | None] = mapped_column(String(200))

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)
