"""Tables of the calendar."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base


class CalendarDay(Base):
    """A day that is not what its weekday says, by the notice of ``notice_year``: off, or worked in exchange."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    notice_year: Mapped[int] = mapped_column(index=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(20))
