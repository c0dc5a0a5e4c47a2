"""Pages of a list in a constant number of queries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.core.db import UtcDateTime

Item = TypeVar("Item")
Other = TypeVar("Other")

PER_PAGE = 20
MAX_PER_PAGE = 200
LISTINGS_KEPT = 256
"""So many lists, by filters and order, a feature keeps ready."""
CHUNK = 200
"""So many rows of a list that is read whole are in memory at once."""
NOW = bindparam("now", type_=UtcDateTime)
"""The moment in a statement that is kept ready: given when it is run."""
COUNT_CAP = 1000
"""Counting stops here: a list of 100,000 says 1000+ and stays as quick as one of 100."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list; ``total`` is capped at ``COUNT_CAP`` where ``is_capped``. ``number`` starts at 1."""

    items: Sequence[Item]
    total: int
    number: int = 1
    per_page: int = PER_PAGE

    @property
    def is_capped(self) -> bool:
        return self.total > COUNT_CAP

    @property
    def shown_total(self) -> int:
        return min(self.total, COUNT_CAP)

    @property
    def last(self) -> int:
        return max(1, -(-self.shown_total // self.per_page))

    @property
    def has_next(self) -> bool:
        return self.number * self.per_page < self.total

    @property
    def numbers(self) -> list[int]:
        """Page numbers worth a link: the first, the last and those around this one; 0 stands for a gap."""
        near = {1, self.last} | {n for n in range(self.number - 2, self.number + 3) if 1 <= n <= self.last}
        shown: list[int] = []
        for number in sorted(near):
            if shown and number - shown[-1] > 1:
                shown.append(0)
            shown.append(number)
        return shown

    def map(self, change: Callable[[Item], Other]) -> "Page[Other]":
        return Page([change(item) for item in self.items], self.total, self.number, self.per_page)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A list as two statements, good for any of its pages. To build them costs as much as to run them: keep them."""

    count: Select[int]
    rows: Select[Item]


def listing(
    statement: Select[Item], options: Sequence[Any] = (), *, counted: Select[Item] | None = None
) -> Listing[Item]:
    """A capped count, and the rows with one query for each eager load in ``options``.

    ``counted`` finds the same rows where another way of asking is quicker to count.
    """
    some = statement if counted is None else counted
    few = some.with_only_columns(1, maintain_column_froms=True).order_by(None).limit(COUNT_CAP + 1).subquery()
    rows = statement.options(*options).limit(bindparam("page_limit")).offset(bindparam("page_offset"))
    return Listing(select(func.count()).select_from(few), rows)


def page_of(
    session: Session, listed: Listing[Item], *, page: int, per_page: int = PER_PAGE, **values: object
) -> Page[Item]:
    """One page of a list; ``values`` are those of the parameters that its statements name."""
    per_page = min(max(per_page, 1), MAX_PER_PAGE)
    total = session.scalar(listed.count, values) or 0
    number = min(max(page, 1), max(1, -(-total // per_page)))
    place = {"page_limit": per_page, "page_offset": (number - 1) * per_page}
    rows = session.scalars(listed.rows, values | place).unique().all()
    return Page(rows, total, number, per_page)


def each(session: Session, statement: Select[Item], options: Sequence[Any] = (), **values: object) -> Iterator[Item]:
    """A whole list, one after the other, with a chunk of it in memory; what was read is let go."""
    chunked = statement.options(*options).execution_options(yield_per=CHUNK)
    for chunk in session.scalars(chunked, values).partitions():
        yield from chunk


def paginate(
    session: Session, statement: Select[Item], *, page: int, per_page: int = PER_PAGE, options: Sequence[Any] = ()
) -> Page[Item]:
    """One page of a list whose statement is asked once."""
    return page_of(session, listing(statement, options), page=page, per_page=per_page)
