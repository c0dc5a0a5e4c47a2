"""The columns of a file (pure): what each is called, and how its cells are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, TypeVar

from marketplace.bulk.cells import TOO_MANY, CellError, Reader, as_text, is_blank
from marketplace.bulk.english import worded
from marketplace.bulk.showing import Writer, as_it_is
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.catalogue import LocalName

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Entry = TypeVar("Entry")
Draft = TypeVar("Draft", bound="DataclassInstance")

PART_MARKS = str.maketrans({"｜": "|"})
MISSING = _("缺少“%(label)s”。")
IN_ENTRY = _("第 %(number)d 项：%(why)s")
OF_ENTRY = _("第 %(number)d 项的“%(label)s”：%(why)s")
TOO_MANY_PARTS = _("第 %(number)d 行有 %(count)d 段，最多 %(most)d 段，用竖线 | 分开。")
LIST_ASKED = _("要填一个列表，或一行一项的文字。")


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` and ``label`` are both good as the head of a column; ``to`` is what a draft calls it.

    ``show`` writes what ``read`` reads; ``choices`` are the words to choose from, as message ids or in both languages;
    ``help`` says how to fill it in.
    """

    name: str
    label: str
    read: Reader[Any]
    to: str = ""
    is_required: bool = False
    show: Writer = as_it_is
    choices: tuple[LocalName | str, ...] = ()
    takes_several: bool = False
    help: str = ""

    @property
    def target(self) -> str:
        return self.to or self.name


def read_fields(fields: Sequence[Field], cells: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Message]]:
    """Values by what a draft calls them, and what is wrong by the field's name. Blank cells have no value."""
    values: dict[str, Any] = {}
    faults: dict[str, Message] = {}
    for field in fields:
        cell = cells.get(field.name)
        if is_blank(cell):
            if field.is_required:
                faults[field.name] = say(MISSING, label=say(field.label))
            continue
        try:
            values[field.target] = field.read(cell)
        except CellError as error:
            faults[field.name] = error.reason
    return values, faults


def heads_of(fields: Sequence[Field]) -> dict[str, str]:
    """Every head that a column may have, to the field's name: its label in either language, and the name itself."""
    english = {worded(field.label, "en"): field.name for field in fields}
    return english | {field.label: field.name for field in fields} | {field.name: field.name for field in fields}


def entries_of(
    fields: Sequence[Field], in_a_line: Sequence[str], make: Callable[[dict[str, Any]], Entry], *, most: int
) -> Reader[tuple[Entry, ...]]:
    """Reads a list of objects, or lines of text with the fields ``in_a_line`` parted by ``|``."""

    def read(cell: object) -> tuple[Entry, ...]:
        entries = _objects(cell, in_a_line)
        if len(entries) > most:
            raise CellError(TOO_MANY, most=most, count=len(entries))
        return tuple(_entry(fields, number, one, make) for number, one in enumerate(entries, start=1))

    return read


def _objects(cell: object, in_a_line: Sequence[str]) -> list[Mapping[str, object]]:
    if isinstance(cell, dict) or (isinstance(cell, list) and not all(isinstance(one, dict | str) for one in cell)):
        raise CellError(LIST_ASKED)
    lines = cell if isinstance(cell, list) else as_text(cell).splitlines()
    filled = [line for line in lines if not is_blank(line)]
    return [
        line if isinstance(line, dict) else _parts(number, as_text(line), in_a_line)
        for number, line in enumerate(filled, start=1)
    ]


def _parts(number: int, line: str, in_a_line: Sequence[str]) -> Mapping[str, object]:
    parts = [part.strip() for part in line.translate(PART_MARKS).split("|")]
    if len(parts) > len(in_a_line):
        raise CellError(TOO_MANY_PARTS, number=number, count=len(parts), most=len(in_a_line))
    return dict(zip(in_a_line, parts, strict=False))


def _entry(
    fields: Sequence[Field], number: int, cells: Mapping[str, object], make: Callable[[dict[str, Any]], Entry]
) -> Entry:
    values, faults = read_fields(fields, cells)
    for field in fields:
        if field.name in faults:
            raise CellError(OF_ENTRY, number=number, label=say(field.label), why=faults[field.name])
    try:
        return make(values)
    except CellError as error:
        raise CellError(IN_ENTRY, number=number, why=error.reason) from error


def drafted(draft: type[Draft], values: Mapping[str, Any], **more: Any) -> Draft:
    """A draft of the values that it has a place for; a direction is not another direction as well."""
    names = {field.name for field in dataclass_fields(draft)}
    plain = {name: value for name, value in values.items() if name in names}
    others = plain.get("other_directions")
    if others:
        plain["other_directions"] = tuple(code for code in others if code != plain.get("direction"))
    return draft(**plain, **more)
