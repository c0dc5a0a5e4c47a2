"""Lists inside forms: several parts typed in one text, and rows that people add and remove."""

from collections.abc import Iterator
from typing import Any

from wtforms import FieldList
from wtforms.validators import ValidationError

from marketplace.core.text import _
from marketplace.web.forms import TextField, whole_number
from marketplace.web.language import gettext

TOO_MANY_PARTS = _("最多 %(max)d 项。")
FAR_TOO_MANY = 10
"""So many times the limit is read and shown with the word that it is too much; nobody types more."""


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


class RowsField(FieldList):  # type: ignore[type-arg]  # no generic at run time
    """Rows that people add and remove, at most ``most``; what no page of ours sends costs nothing."""

    def __init__(self, row: Any, most: int, **kwargs: Any) -> None:
        super().__init__(row, validators=[AtMostRows(most)], max_entries=most * FAR_TOO_MANY, **kwargs)

    @property
    def is_full(self) -> bool:
        return len(self.entries) >= (self.max_entries or 0)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        start = f"{prefix}-"
        for name in formdata:
            if name.startswith(start):
                number = whole_number(name[len(start) :].partition("-")[0])
                if number is not None:
                    yield number


def fill_row(rows: RowsField, data: Any) -> None:
    """Put ``data`` into the first row that nothing was typed in, or into a new one."""
    kept = [entry.data for entry in rows.entries]
    free = next((i for i, entry in enumerate(rows.entries) if entry.form.is_blank), len(kept))
    while rows.entries:
        rows.pop_entry()
    for row in [*kept[:free], data, *kept[free + 1 :]]:
        rows.append_entry(row)


def change_rows(rows: RowsField, posted: Any) -> bool:
    """Add or remove a row when that is what the button asked; True when it was."""
    if "add_row" in posted:
        if not rows.is_full:
            rows.append_entry()
        return True
    removed = whole_number(posted.get("remove_row"))
    if removed is None:
        return False
    kept = [entry.data for i, entry in enumerate(rows.entries) if i != removed]
    while rows.entries:
        rows.pop_entry()
    for data in kept:
        rows.append_entry(data)
    return True
