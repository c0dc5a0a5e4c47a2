"""What was imported, so that a second import of the same file changes nothing; and imports on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.bulk.lifecycle import LIFECYCLE, ImportState
from marketplace.core.db import Base, IntPk, PublicId, choice
from marketplace.core.public_id import LENGTH

MAX_EXTERNAL_ID = 120
MAX_FILE_NAME = 200


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


class Import(Base):
    """A file somebody brought. ``kind`` is the plural word; ``report`` is what was found in it (``report.as_json``).

    ``organisation_id`` is whose the rows are that name nobody; ``rows_seen`` grows while a worker is at it.
    """

    __tablename__ = "bulk_import"
    __table_args__ = (
        Index("ix_bulk_import_user_id", "user_id", "id"),
        Index("ix_bulk_import_state", "state", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(MAX_FILE_NAME))
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state"), default=LIFECYCLE.initial)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rows_seen: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportFile(Base):
    """The bytes as they came, private to whoever brought them; pruned."""

    __tablename__ = "bulk_import_file"

    import_id: Mapped[int] = mapped_column(ForeignKey("bulk_import.id"), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportOutcome(Base):
    """What one row of an import made or changed; ``version`` is the thing's right after."""

    __tablename__ = "bulk_import_outcome"
    __table_args__ = (UniqueConstraint("import_id", "row_number"),)

    id: Mapped[IntPk]
    import_id: Mapped[int] = mapped_column(ForeignKey("bulk_import.id"))
    row_number: Mapped[int]
    subject_public_id: Mapped[str] = mapped_column(String(LENGTH))
    version: Mapped[int]
    is_new: Mapped[bool]
