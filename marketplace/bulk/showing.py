"""What a cell of an export says (pure): the inverse of ``cells``, so that an export can be edited and imported again.

A writer takes a value as a draft holds it and a tongue: ``zh`` or ``en`` for people, :data:`CODES` for programs.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from marketplace.bulk.english import worded
from marketplace.core.calendar import beijing
from marketplace.core.locale import minute_text
from marketplace.core.money import wan_from_fen
from marketplace.core.text import _

CODES = "codes"
Writer = Callable[[Any, str], object]
TO_BE_DISCUSSED = _("面议")
YES, NO = _("是"), _("否")
LONGEST_CELL = 32_767
"""Excel keeps no more characters in a cell."""
ENTRY_MARK, PART_MARK = "；", " | "


def as_it_is(value: Any, _tongue: str) -> object:
    return value


def as_list(value: Any, _tongue: str) -> object:
    return list(value)


def wan(value: Any, tongue: str) -> object:
    """Fen as a number of 万元; 0 is to be discussed."""
    if value == 0:
        return worded(TO_BE_DISCUSSED, tongue) if tongue != CODES else TO_BE_DISCUSSED
    amount = wan_from_fen(value)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def minute(value: datetime, tongue: str) -> object:
    """Beijing time as people type it; programs get an instant with its zone."""
    return beijing(value).isoformat() if tongue == CODES else minute_text(value, "zh")


def labelled(labels: Mapping[Any, str]) -> Writer:
    """One choice in words; a value without a label stays what it is."""
    return lambda value, tongue: str(value) if tongue == CODES else worded(labels.get(value, str(value)), tongue)


def several(write: Writer) -> Writer:
    return lambda values, tongue: [write(value, tongue) for value in values]


def objects(rows: Sequence[object], names: Sequence[str]) -> list[dict[str, object]]:
    """Rows of a list as JSON takes them, without what has no value."""
    return [
        {name: str(value) if isinstance(value, StrEnum) else value for name in names if (value := getattr(row, name))}
        for row in rows
    ]


def lines(rows: Sequence[Sequence[str | None]]) -> str:
    """Rows of a list in one cell: a line each, parts by ``|``, empty ones at the end left out."""
    return "\n".join(PART_MARK.join(part or "" for part in parts).rstrip(" |") for parts in rows)


def flat(value: object, tongue: str) -> str | int | float | None:
    """A value of an export as one cell of a sheet; several are parted by semicolons."""
    if isinstance(value, bool):
        return worded(YES if value else NO, tongue)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return cut(ENTRY_MARK.join(str(one) for one in value))
    return cut(str(value))


def cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
