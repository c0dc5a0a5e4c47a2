"""A row that changes what is there: the differences between its cells and what an export would say now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.bulk.cells import CellError, as_text, is_blank, whole
from marketplace.bulk.fields import Field, read_fields
from marketplace.bulk.importers import ORGANISATION, VERSION, Rows
from marketplace.bulk.showing import flat
from marketplace.core.actor import Actor
from marketplace.core.text import Message, _, say

MOST_VERSIONS = 10**9
VERSION_ASKED = _("请保留导出文件里的版本号，系统靠它发现别人的修改。")
CHANGED_SINCE = _("导出之后别人改过这一条：文件里是第 %(seen)d 版，现在是第 %(current)d 版。请重新导出后再改。")
NOT_EDITABLE = _("“%(title)s”现在的状态不能修改，或者你无权修改。")
OWNER_STAYS = _("已有的内容不能换单位，这一条属于代码为 %(code)s 的单位。")


@dataclass(frozen=True, slots=True)
class Change:
    """Which thing, and the version that was looked at."""

    public_id: str
    version: int


def change_of(
    rows: Rows, fields: Sequence[Field], actor: Actor, thing: Any, *, cells: Mapping[str, object], now: datetime
) -> tuple[Any | None, dict[str, Message]]:
    """(the new draft, faults by the field's name); no draft where the row says nothing new."""
    stored = rows.values_of(thing)
    differing = {field.name: cells[field.name] for field in fields if _differs(field, stored, cells)}
    owner = differing.pop(ORGANISATION.name, None)
    if owner is not None and not is_blank(owner) and (code := rows.code_of_owner(thing)) and not _says(owner, code):
        return None, {ORGANISATION.name: say(OWNER_STAYS, code=code)}
    if not differing:
        return None, {}
    asked = [field for field in fields if field.name in differing]
    values, faults = read_fields(asked, differing)
    if not faults:
        cleared = {field.target for field in asked} - values.keys()
        dropped = cleared | {later for earlier, later in rows.supersedes.items() if earlier in values}
        merged = {name: value for name, value in stored.items() if name not in dropped} | values
        draft = rows.to_draft(merged, now)
        if draft == rows.to_draft(stored, now):
            return None, {}
        faults = rows.faults_of(merged, now, publishes=False)
    faults |= _faults_of_version(cells.get(VERSION.name), thing)
    if not faults and not rows.may_edit(actor, thing):
        faults = {"": say(NOT_EDITABLE, title=rows.title_of(thing))}
    return (None, faults) if faults else (draft, {})


def _differs(field: Field, stored: Mapping[str, Any], cells: Mapping[str, object]) -> bool:
    """Whether a cell says anything else than its export would; a column that is not there says nothing."""
    if field.name not in cells:
        return False
    cell, value = cells[field.name], stored.get(field.target)
    shown = None if value is None else flat(field.show(value, "zh"), "zh")
    if is_blank(cell) or is_blank(shown):
        return is_blank(cell) != is_blank(shown)
    try:
        return _plain(cell) != _plain(shown)
    except CellError:
        return True


def _plain(cell: object) -> str:
    return as_text(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def _says(cell: object, text: str) -> bool:
    return isinstance(cell, str) and cell.strip().upper() == text


def _faults_of_version(cell: object, thing: Any) -> dict[str, Message]:
    if is_blank(cell):
        return {VERSION.name: say(VERSION_ASKED)}
    try:
        seen = whole(1, MOST_VERSIONS)(cell)
    except CellError as error:
        return {VERSION.name: error.reason}
    if seen != thing.version:
        return {VERSION.name: say(CHANGED_SINCE, seen=seen, current=thing.version)}
    return {}
