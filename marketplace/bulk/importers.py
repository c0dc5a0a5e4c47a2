"""What can be imported: for each kind its columns, its draft, its checks and its writer."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from marketplace.bulk import achievement_rows, challenge_rows, organisation_rows, queries
from marketplace.bulk.cells import as_text, is_blank, text, whole
from marketplace.bulk.challenge_fields import indicator_parts
from marketplace.bulk.fields import Field
from marketplace.bulk.models import MAX_EXTERNAL_ID
from marketplace.bulk.queries import Key
from marketplace.core.actor import Actor
from marketplace.core.text import Message, _
from marketplace.taxonomy.catalogue import Catalogue

ID = Field("id", _("编号"), text(MAX_EXTERNAL_ID), help=_("你自己的编号；同一个编号再导入一次不会重复。"))
PUBLIC_ID = Field(
    "public_id",
    _("平台编号"),
    text(MAX_EXTERNAL_ID),
    help=_("修改已有的内容时保留导出文件里的值；新的一行空着。"),
)
"""A thing that is there already, by its public id or its number: the row changes it."""
VERSION = Field("version", _("版本"), whole(1, 10**9), help=_("与平台编号一起保留，不要改。"))
ORGANISATION = Field(
    "organisation", _("单位代码"), organisation_rows.code, help=_("统一社会信用代码；空着就是你当前代表的单位。")
)
NUMBER = Field("display_number", _("榜单或成果编号"), as_text)
STATE = Field("state", _("状态"), as_text)
VERDICT = Field("verdict", _("检查结果"), as_text)
INFORMATIVE = (NUMBER, STATE, VERDICT)
"""Columns of our own files that tell the reader something and are not read back."""


class Rows(Protocol):
    """One kind's module: columns, draft, checks between columns, writer; and the same for things that are there."""

    supersedes: Mapping[str, str]
    """A value of a row that takes the place of a stored one."""

    def fields_of(self, catalogue: Catalogue) -> tuple[Field, ...]: ...
    def to_draft(self, values: Mapping[str, Any], now: datetime, /) -> Any: ...
    def faults_of(self, values: Mapping[str, Any], now: datetime, /, *, publishes: bool) -> dict[str, Message]: ...
    def write(
        self, session: Session, actor: Actor, owner_id: Any, drafts: Sequence[Any], /, *, publishes: bool, now: datetime
    ) -> Sequence[Any]:
        """Things in the order of their drafts, all of one owner."""
        ...

    def find(self, session: Session, actor: Actor, references: Sequence[str], /) -> Mapping[str, Any]:
        """Those that this actor may see, whole, by public id and by number."""
        ...

    def values_of(self, thing: Any, /) -> dict[str, Any]: ...
    def owner_of(self, thing: Any, /) -> int | None: ...
    def code_of_owner(self, thing: Any, /) -> str: ...
    def title_of(self, thing: Any, /) -> str: ...
    def may_edit(self, actor: Actor, thing: Any, /) -> bool: ...
    def revise(
        self, session: Session, actor: Actor, thing: Any, draft: Any, /, *, version: int, now: datetime
    ) -> None: ...
    def take_back(self, session: Session, actor: Actor, thing: Any, /, *, now: datetime) -> bool:
        """Withdraw what an import made; False where its state does not allow it."""
        ...


@dataclass(frozen=True, slots=True)
class Importer:
    """``kind`` is the singular word; ``has_owner`` where a row belongs to an organisation.

    ``parts`` are columns of a template that together are one entry of ``whole``: ``indicators.1.name``.
    """

    kind: str
    label: str
    rows: Rows
    has_owner: bool = True
    parts: tuple[Field, ...] = ()
    whole: str = ""

    def fields_of(self, catalogue: Catalogue) -> tuple[Field, ...]:
        own = self.rows.fields_of(catalogue)
        return (ID, PUBLIC_ID, VERSION, ORGANISATION, *own) if self.has_owner else (PUBLIC_ID, VERSION, *own)

    def gathered(self, cells: Mapping[str, object]) -> Mapping[str, object]:
        """Cells of ``parts`` as a list of objects, before what the column of the whole says itself."""
        names = [part.name for part in self.parts if part.name in cells]
        if not names:
            return cells
        entries: dict[str, dict[str, object]] = {}
        for name in names:
            _whole, number, part = name.split(".")
            if not is_blank(cells[name]):
                entries.setdefault(number, {})[part] = cells[name]
        rest = {name: cell for name, cell in cells.items() if name not in names}
        more = rest.get(self.whole)
        lines = more if isinstance(more, list) else [] if is_blank(more) else str(more).splitlines()
        return rest | {self.whole: [*entries.values(), *lines]} if entries else rest

    def sources_in(self, cells: Mapping[str, object]) -> Mapping[str, str]:
        first = next((part.name for part in self.parts if not is_blank(cells.get(part.name))), None)
        return {self.whole: first} if first else {}

    def key_of(self, values: Mapping[str, Any], cells: Mapping[str, object]) -> str:
        """The file's own id; a row without one is known by everything that it says."""
        if not self.has_owner:
            return str(values["code"])
        return str(values.get("id") or f"sha256:{_fingerprint(cells)}")

    def key_column(self, values: Mapping[str, Any]) -> str:
        """Where that key stands; empty where it is the row as a whole."""
        name = ID.name if self.has_owner else "code"
        return name if name in values else ""

    def already_there(self, session: Session, keys: Collection[Key]) -> set[Key]:
        if self.has_owner:
            return queries.imported_keys(session, self.kind, keys)
        return queries.registered_codes(session, keys)


def _fingerprint(cells: Mapping[str, object]) -> str:
    read = {name: cell for name, cell in cells.items() if name not in {field.name for field in INFORMATIVE}}
    said = {name: cell for name, cell in read.items() if cell not in (None, "")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


IMPORTERS: Mapping[str, Importer] = {
    "organisations": Importer("organisation", _("单位"), organisation_rows, has_owner=False),
    "achievements": Importer("achievement", _("成果"), achievement_rows),
    "challenges": Importer("challenge", _("榜单"), challenge_rows, parts=indicator_parts(), whole="indicators"),
}
