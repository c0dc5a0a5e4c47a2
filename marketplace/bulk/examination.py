"""One reading of a file: batch by batch into candidates, with every fault noted in the order of the file.

A row that names a thing of this site changes it: what its cells say otherwise than the export would say now. Everything
else is a new one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals.queries import needs_release
from marketplace.bulk.cells import CellError
from marketplace.bulk.changes import Change, change_of
from marketplace.bulk.fields import Field, heads_of, read_fields
from marketplace.bulk.formats import SourceRow, read_rows
from marketplace.bulk.importers import IMPORTERS, INFORMATIVE, ORGANISATION, PUBLIC_ID, VERDICT, VERSION
from marketplace.bulk.mapping import OWN, Known, Shape, shape_for
from marketplace.bulk.queries import Key
from marketplace.bulk.report import Fault, Report
from marketplace.core.actor import Actor, Grant, Role
from marketplace.core.calendar import day_of
from marketplace.core.text import Message, _, say
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import find_by_code
from marketplace.taxonomy.catalogue import Catalogue

BATCH = 200
NO_OWNER = _("没有写明单位：请填这一列，或用 --organisation 指定。")
UNKNOWN_OWNER = _("没有代码为 %(code)s 的单位，请先登记它。")
NOT_YOURS = _("你不能替代码为 %(code)s 的单位导入。")
NEEDS_RELEASE = _("代码为 %(code)s 的单位要求内部审核，不能导入即发布：请不带 --publish 导入为草稿，由单位审核人放行。")
NOT_VERIFIED = _("代码为 %(code)s 的单位尚未认证，不能发布。")
TWICE = _("与第 %(row)d 行重复。")
NO_SUCH_THING = _("没有平台编号为“%(named)s”的内容，或者你无权查看。新的一行请把这一格空着。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be imported. ``organisation``: the code for rows that name none; ``mapping`` None: see each row."""

    kind: str
    path: Path
    organisation: str | None = None
    mapping: str | None = None
    publishes: bool = False
    named: str | None = None
    """What sentences call the file, where it does not lie under its own name."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the file a field, or what a draft calls it, stands as its author sees it."""

    of_columns: Mapping[str, Message]
    sources: Mapping[str, str]
    names: Mapping[str, str]

    def __call__(self, name: str) -> Message | str:
        column = self.names.get(name, name)
        column = self.sources.get(column, column)
        return self.of_columns.get(column, column)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row without a fault; ``change`` where it is about a thing that is there."""

    row: int
    key: Key
    draft: Any
    place_of: Places
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation that a row belongs to."""

    id: int
    is_verified: bool
    needs_release: bool
    """Its own rules want each thing of this kind released before it is handed in."""


def on_behalf_of(actor: Actor, organisation_id: int) -> Actor:
    """System and operator fill in for the organisation that a row names; anybody else has the rights of the person."""
    if not may_publish(actor):
        return actor
    return replace(actor, grants=actor.grants | {Grant(Role.EDITOR, organisation_id)})


def may_publish(actor: Actor) -> bool:
    return actor.is_system or actor.is_a(Role.OPERATOR)


class Examination:
    """Reads a file for one actor; ``report`` grows while the batches are taken."""

    def __init__(self, session: Session, actor: Actor, order: Order, catalogue: Catalogue, now: datetime) -> None:
        self.order = order
        self.now = now
        self.importer = IMPORTERS[order.kind]
        self.report = Report()
        self._session = session
        self._actor = actor
        self._fields = self.importer.fields_of(catalogue)
        self._names = {field.name for field in self._fields}
        self._of_draft = {field.target: field.name for field in self._fields}
        self._known = Known({one.short: one.code for one in catalogue.directions}, day_of(now))
        self._owners: dict[str, Owner | None] = {}
        self._rows_by_key: dict[Key | str, int] = {}

    def batches(self) -> Iterator[list[Candidate]]:
        """Candidates as they come, a batch of the file's rows at a time; empty lists where all had faults."""
        rows = iter(read_rows(self.order.path, self._heads(), name=self.order.named))
        while batch := list(islice(rows, BATCH)):
            found = self._things_named_in(batch)
            candidates = [self._candidate(row, found) for row in batch]
            yield [one for one in candidates if one is not None]

    def candidates(self) -> Iterator[Candidate]:
        for batch in self.batches():
            yield from batch

    def _heads(self) -> dict[str, str]:
        return heads_of((*self._fields, *self.importer.parts, *INFORMATIVE))

    def _things_named_in(self, batch: list[SourceRow | Fault]) -> Mapping[str, Any]:
        named = [row.cells.get(PUBLIC_ID.name) for row in batch if isinstance(row, SourceRow)]
        references = [str(one).strip() for one in named if isinstance(one, str) and one.strip()]
        return self.importer.rows.find(self._session, self._actor, references) if references else {}

    def _candidate(self, row: SourceRow | Fault, found: Mapping[str, Any]) -> Candidate | None:
        self.report.rows += 1
        if isinstance(row, Fault):
            self.report.add_faults([row])
            return None
        shape = shape_for(self.order.kind, row.cells, self.order.mapping)
        cells = self.importer.gathered(shape.translate(row.cells, self._known))
        if shape is OWN:
            self._note_ignored(cells)
        place_of = Places(row.places, self._sources(shape, row), self._of_draft)
        reference = cells.get(PUBLIC_ID.name)
        named = str(reference).strip() if isinstance(reference, str) else ""
        candidate, faults = (
            self._changed(row, cells, named, found.get(named), place_of) if named else self._new(row, cells, place_of)
        )
        if faults:
            self.report.add_faults(Fault(row.number, place_of(name), reason) for name, reason in faults.items())
            return None
        return candidate

    def _sources(self, shape: Shape, row: SourceRow) -> Mapping[str, str]:
        """Where what was put together from several columns stands: at the first of them."""
        return {**self.importer.sources_in(row.cells), **shape.sources} if self.importer.parts else shape.sources

    def _new(
        self, row: SourceRow, cells: Mapping[str, object], place_of: Places
    ) -> tuple[Candidate | None, dict[str, Message]]:
        values, faults = read_fields(self._fields, cells)
        key = self._key(values, row.cells, faults)
        if not faults:
            faults = self.importer.rows.faults_of(values, self.now, publishes=self.order.publishes)
        if not faults and key in self._rows_by_key:
            faults = {self.importer.key_column(values): say(TWICE, row=self._rows_by_key[key])}
        if faults:
            return None, faults
        self._rows_by_key[key] = row.number
        return Candidate(row.number, key, self.importer.rows.to_draft(values, self.now), place_of), {}

    def _changed(
        self, row: SourceRow, cells: Mapping[str, object], named: str, thing: Any, place_of: Places
    ) -> tuple[Candidate | None, dict[str, Message]]:
        """A row about a thing that is there; None and no fault where it says nothing new."""
        if named in self._rows_by_key:
            return None, {PUBLIC_ID.name: say(TWICE, row=self._rows_by_key[named])}
        self._rows_by_key[named] = row.number
        if thing is None:
            return None, {PUBLIC_ID.name: say(NO_SUCH_THING, named=named)}
        owner_id = self.importer.rows.owner_of(thing)
        actor = self._actor if owner_id is None else on_behalf_of(self._actor, owner_id)
        draft, faults = change_of(self.importer.rows, self._own_fields(), actor, thing, cells=cells, now=self.now)
        if faults:
            return None, faults
        if draft is None:
            self.report.known += 1
            return None, {}
        change = Change(thing.public_id, thing.version)
        return Candidate(row.number, (owner_id, named), draft, place_of, change), {}

    def _own_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self._fields if field.name not in (PUBLIC_ID.name, VERSION.name, "id"))

    def _key(self, values: Mapping[str, Any], cells: Mapping[str, object], faults: dict[str, Message]) -> Key:
        """Whose row this is and what the file calls it; a wrong owner is one more fault."""
        owner_id = None
        if self.importer.has_owner and ORGANISATION.name not in faults:
            try:
                owner_id = self._owner_id(values.get(ORGANISATION.name))
            except CellError as error:
                faults[ORGANISATION.name] = error.reason
        return owner_id, "" if faults else self.importer.key_of(values, cells)

    def _owner_id(self, named: str | None) -> int:
        if named is None and self.order.organisation is None:
            raise CellError(NO_OWNER)
        code: str = named or ORGANISATION.read(self.order.organisation)
        if code not in self._owners:
            found = find_by_code(self._session, code)
            self._owners[code] = self._owner(found) if found else None
        owner = self._owners[code]
        if owner is None:
            raise CellError(UNKNOWN_OWNER, code=code)
        actor = self._actor
        if not (actor.is_system or actor.is_a(Role.OPERATOR) or actor.writes_for(owner.id)):
            raise CellError(NOT_YOURS, code=code)
        if self.order.publishes and not owner.is_verified:
            raise CellError(NOT_VERIFIED, code=code)
        if self.order.publishes and owner.needs_release:
            raise CellError(NEEDS_RELEASE, code=code)
        return owner.id

    def _owner(self, organisation: Organisation) -> Owner:
        is_verified = organisation.state is OrganisationState.VERIFIED
        is_held = needs_release(self._session, organisation.id, self.importer.kind, None)
        return Owner(organisation.id, is_verified, is_held)

    def _note_ignored(self, cells: Mapping[str, object]) -> None:
        ours = {field.name for field in INFORMATIVE} if PUBLIC_ID.name in cells else {VERDICT.name}
        self.report.ignored |= {name: None for name in cells if name not in self._names | ours}
