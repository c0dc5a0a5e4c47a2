"""What the columns of every kind of thing share: the catalogue's words, and how long a text may be."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.bulk.showing import CODES, Writer
from marketplace.taxonomy.catalogue import Area, Catalogue, Direction, LocalName
from marketplace.taxonomy.presenters import local

SUMMARY = 500
SUMMARY_EN = 1000
LONG_TEXT = 5000
"""As many characters as the pages' own forms take."""
MOST_TOPICS = 12


def direction_words(catalogue: Catalogue) -> dict[str, str]:
    """Every word for a direction: its name in either language, its code and both short forms."""
    words: dict[str, str] = {}
    for direction in catalogue.directions:
        for word in (direction.name.zh, direction.name.en, direction.code, direction.short, direction.label):
            words[word] = direction.code
    return words


def area_words(catalogue: Catalogue) -> dict[str, str]:
    return {word: area.code for area in catalogue.areas for word in (area.name.zh, area.name.en, area.code)}


def named(things: Iterable[Area | Direction]) -> Writer:
    """A code of the catalogue by its name; programs, and codes that the file no longer knows, keep the code."""
    names = {one.code: one.name for one in things}

    def write(code: Any, tongue: str) -> object:
        return code if tongue == CODES or code not in names else local(names[code], tongue)

    return write


def names_of(things: Iterable[Area | Direction]) -> tuple[LocalName, ...]:
    return tuple(one.name for one in things)


def room(column: InstrumentedAttribute[Any]) -> int:
    """How many characters the database keeps in a column."""
    length = column.type.length if isinstance(column.type, String) else None
    assert length is not None, f"{column} has no limit"
    return length
