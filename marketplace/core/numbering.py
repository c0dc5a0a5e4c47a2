"""Display numbers such as JB-2026-0147: one counter a year, in rows of the feature's own table."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.calendar import day_of


class YearlyCounter:
    """Columns of a counter's table; the row of a year is locked while a number is taken."""

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def next_number(session: Session, table: type[YearlyCounter], prefix: str, *, now: datetime) -> str:
    """The next number of this year in Beijing; no two transactions get the same one."""
    year = day_of(now).year
    of_year = select(table).where(table.year == year).with_for_update()
    counter = session.scalars(of_year).one_or_none()
    if counter is None:
        _begin_year(session, table, year)
        counter = session.scalars(of_year).one()
    counter.last += 1
    return f"{prefix}-{year}-{counter.last:04d}"


def _begin_year(session: Session, table: type[YearlyCounter], year: int) -> None:
    """Make the counter's row, unless another transaction makes it at the same moment."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(table(year=year, last=0))  # type: ignore[call-arg]  # the mapped class takes its columns
