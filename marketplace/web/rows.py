"""Lists inside forms: several parts typed in one text, and rows that people add and remove."""

from typing import Any

from wtforms import FieldList
from wtforms.validators import ValidationError

from marketplace.core.text import _
from marketplace.web.forms import TextField
from marketplace.web.language import gettext

TOO_MANY_PARTS = _("最多 %(max)d 项。")


def parts_of(text: str | None) -> tuple[str, ...]:
    """What was typed as one text, parted by lines, commas of either width, semicolons or 、; each once."""
    for mark in "，、；;\n":
        text = (text or "").replace(mark, ",")
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


class AtMostParts:
    """At most so many parts in one text; what is too much is said, never cut off."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Any, field: TextField) -> None:
        if len(parts_of(field.text)) > self.most:
            raise ValidationError(gettext(TOO_MANY_PARTS, max=self.most))


class AtMostRows:
    """At most so many rows of a list; what is too much is said, never cut off."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Any, field: "FieldList[Any]") -> None:
        if len(field.entries) > self.most:
            raise ValidationError(gettext(TOO_MANY_PARTS, max=self.most))


def change_rows(rows: "FieldList[Any]", posted: Any) -> bool:
    """Add or remove a row when that is what the button asked; True when it was."""
    if "add_row" in posted:
        rows.append_entry()
        return True
    removed = posted.get("remove_row", "")
    if not removed.isdigit():
        return False
    kept = [entry.data for i, entry in enumerate(rows.entries) if i != int(removed)]
    while rows.entries:
        rows.pop_entry()
    for data in kept:
        rows.append_entry(data)
    return True
