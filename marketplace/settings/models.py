"""The one table of settings: a row for each change, none of them ever changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, IntPk


class SiteSetting(Base):
    """One value of one setting; the highest version is in force. No value means the default; a secret is sealed."""

    __tablename__ = "site_setting"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint("version > 0", name="version_counts_from_one"),
    )

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    value: Mapped[str | None] = mapped_column(Text())
    set_by: Mapped[str] = mapped_column(String(12))
    set_at: Mapped[datetime]
