"""One reading of a file: row by row into candidates, with every fault noted in the order of the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals.queries import needs_release
from marketplace.bulk.cells import CellError
from marketplace.bulk.fields import Field, heads_of, read_fields
from marketplace.bulk.formats import SourceRow, read_rows
from marketplace.bulk.importers import IMPORTERS, ORGANISATION
from marketplace.bulk.mapping import OWN, Known, Shape, shape_for
from marketplace.bulk.queries import Key
from marketplace.bulk.report import Fault, Report
from marketplace.core.actor import Actor, Role
from marketplace.core.calendar import day_of
from marketplace.core.text import Message, _, say
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import find_by_code
from marketplace.taxonomy.catalogue import Catalogue

NO_OWNER = _("没有写明单位：请填这一列，或用 --organisation 指定。")
UNKNOWN_OWNER = _("没有代码为 %(code)s 的单位，请先登记它。")
NOT_YOURS = _("你不能替代码为 %(code)s 的单位导入。")
NEEDS_RELEASE = _("代码为 %(code)s 的单位要求内部审核，不能导入即发布：请不带 --publish 导入为草稿，由单位审核人放行。")
NOT_VERIFIED = _("代码为 %(code)s 的单位尚未认证，不能发布。")
TWICE = _("与第 %(row)d 行重复。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be imported. ``organisation``: the code for rows that name none; ``mapping`` None: see each row."""

    kind: str
    path: Path
    organisation: str | None = None
    mapping: str | None = None
    publishes: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row without a fault. ``place_of`` says where in the file a field of the draft stands."""

    row: int
    key: Key
    draft: Any
    place_of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation that a row belongs to."""

    id: int
    is_verified: bool
    needs_release: bool
    """Its own rules want each thing of this kind released before it is handed in."""


class Examination:
    """Reads a file for one actor; ``report`` grows while the candidates are taken."""

    def __init__(self, session: Session, actor: Actor, order: Order, catalogue: Catalogue, now: datetime) -> None:
        self.order = order
        self.now = now
        self.importer = IMPORTERS[order.kind]
        self.report = Report()
        self._session = session
        self._actor = actor
        self._fields = self.importer.fields_of(catalogue)
        self._names = {field.name for field in self._fields}
        self._known = Known({one.short: one.code for one in catalogue.directions}, day_of(now))
        self._owners: dict[str, Owner | None] = {}
        self._rows_by_key: dict[Key, int] = {}

    def candidates(self) -> Iterator[Candidate]:
        for row in read_rows(self.order.path, heads_of(self._fields)):
            self.report.rows += 1
            if isinstance(row, Fault):
                self.report.add_faults([row])
            elif (candidate := self._candidate(row)) is not None:
                yield candidate

    def _candidate(self, row: SourceRow) -> Candidate | None:
        shape = shape_for(self.order.kind, row.cells, self.order.mapping)
        cells = shape.translate(row.cells, self._known)
        if shape is OWN:
            self._note_ignored(cells)
        place_of = _places(row, shape, self._fields)
        values, faults = read_fields(self._fields, cells)
        key = self._key(values, row.cells, faults)
        if not faults:
            faults = self.importer.rows.faults_of(values, self.now, publishes=self.order.publishes)
        if not faults and key in self._rows_by_key:
            faults = {self.importer.key_column(values): say(TWICE, row=self._rows_by_key[key])}
        if faults:
            self.report.add_faults(Fault(row.number, place_of(name), reason) for name, reason in faults.items())
            return None
        self._rows_by_key[key] = row.number
        return Candidate(row.number, key, self.importer.rows.to_draft(values, self.now), place_of)

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
        self.report.ignored |= {name: None for name in cells if name not in self._names}


def _places(row: SourceRow, shape: Shape, fields: tuple[Field, ...]) -> Callable[[str], str]:
    """Where a field, or what a draft calls it, stands in the file as its author sees it."""

    def place_of(name: str) -> str:
        column = next((field.name for field in fields if name in (field.name, field.target)), name)
        column = shape.sources.get(column, column)
        return str(row.places.get(column, column))

    return place_of
