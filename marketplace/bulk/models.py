"""What was imported, so that a second import of the same file changes nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk
from marketplace.core.public_id import LENGTH

MAX_EXTERNAL_ID = 120


class BulkRow(Base):
    """One row of a file and what it became. ``kind`` is the singular word; ``external_id`` is the file's own id."""

    __tablename__ = "bulk_row"
    __table_args__ = (UniqueConstraint("kind", "external_id", "organisation_id"),)

    id: Mapped[IntPk]
    kind: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(MAX_EXTERNAL_ID))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    subject_public_id: Mapped[str] = mapped_column(String(LENGTH), unique=True)
    imported_at: Mapped[datetime]
