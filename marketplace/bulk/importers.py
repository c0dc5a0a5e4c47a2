"""What can be imported: for each kind its columns, its draft, its checks and its writer."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from marketplace.bulk import achievement_rows, challenge_rows, organisation_rows, queries
from marketplace.bulk.cells import text, whole
from marketplace.bulk.fields import Field
from marketplace.bulk.models import MAX_EXTERNAL_ID
from marketplace.bulk.queries import Key
from marketplace.core.actor import Actor
from marketplace.core.text import Message, _
from marketplace.taxonomy.catalogue import Catalogue

ID = Field("id", _("编号"), text(MAX_EXTERNAL_ID))
PUBLIC_ID = Field("public_id", _("平台编号"), text(MAX_EXTERNAL_ID))
"""A thing that is there already, by its public id or its number: the row changes it."""
VERSION = Field("version", _("版本"), whole(1, 10**9))
ORGANISATION = Field("organisation", _("单位代码"), organisation_rows.code)


class Rows(Protocol):
    """One kind's module: columns, draft, checks between columns, writer."""

    def fields_of(self, catalogue: Catalogue) -> tuple[Field, ...]: ...
    def to_draft(self, values: Mapping[str, Any], now: datetime, /) -> Any: ...
    def faults_of(self, values: Mapping[str, Any], now: datetime, /, *, publishes: bool) -> dict[str, Message]: ...
    def write(
        self, session: Session, actor: Actor, owner_id: Any, draft: Any, /, *, publishes: bool, now: datetime
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Importer:
    """``kind`` is the singular word; ``has_owner`` where a row belongs to an organisation."""

    kind: str
    rows: Rows
    has_owner: bool = True

    def fields_of(self, catalogue: Catalogue) -> tuple[Field, ...]:
        own = self.rows.fields_of(catalogue)
        return (ID, ORGANISATION, *own) if self.has_owner else own

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
    said = {name: cell for name, cell in cells.items() if cell not in (None, "")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


IMPORTERS: Mapping[str, Importer] = {
    "organisations": Importer("organisation", organisation_rows, has_owner=False),
    "achievements": Importer("achievement", achievement_rows),
    "challenges": Importer("challenge", challenge_rows),
}
