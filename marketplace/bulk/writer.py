"""The writer of an import: batch after batch, each row by the services of its feature."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.bulk.examination import Candidate, on_behalf_of
from marketplace.bulk.importers import Importer
from marketplace.bulk.models import BulkRow, ImportOutcome
from marketplace.bulk.report import Fault, Report
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, DomainError, Invalid
from marketplace.core.text import _

NOT_CLEAN = _("文件中有错误，一行也没有导入。")
IMPORTED_MEANWHILE = _("同一批数据刚刚由别人导入，这次一行也没有写入，请再运行一次。")
GONE = _("这一行要修改的内容已经不在了，或者你无权查看。")


class RefusedError(DomainError):
    """Nothing was written; the report says why."""

    default = NOT_CLEAN

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def remember(
    session: Session, *, kind: str, external_id: str, organisation_id: int, subject_public_id: str, now: datetime
) -> None:
    """Note what a row of a file became, so that it never becomes another one."""
    session.add(
        BulkRow(
            kind=kind,
            external_id=external_id,
            organisation_id=organisation_id,
            subject_public_id=subject_public_id,
            imported_at=now,
        )
    )


def forget(session: Session, subject_public_ids: Sequence[str]) -> None:
    """Rows that became these things may be imported again."""
    session.execute(delete(BulkRow).where(BulkRow.subject_public_id.in_(subject_public_ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes batch after batch of one import."""

    session: Session
    actor: Actor
    importer: Importer
    report: Report
    publishes: bool
    now: datetime
    import_id: int | None

    def write(self, batch: list[Candidate]) -> None:
        new = [candidate for candidate in batch if candidate.change is None]
        if len(new_ones(self.session, self.importer, new)) < len(new):
            raise Conflict(IMPORTED_MEANWHILE)
        for owner_id, rows in groupby(new, key=lambda candidate: candidate.key[0]):
            self._write_new(owner_id, list(rows))
        changing = [candidate for candidate in batch if candidate.change is not None]
        if changing:
            self._write_changes(changing)

    def _write_new(self, owner_id: int | None, rows: list[Candidate]) -> None:
        try:
            things = self._draft(owner_id, rows)
        except DomainError as error:
            self._refuse(self._faults_one_by_one(owner_id, rows, error))
        for candidate, thing in zip(rows, things, strict=True):
            if owner_id is not None:
                remember(
                    self.session,
                    kind=self.importer.kind,
                    external_id=candidate.key[1],
                    organisation_id=owner_id,
                    subject_public_id=thing.public_id,
                    now=self.now,
                )
        self._note([(candidate.row, thing, True) for candidate, thing in zip(rows, things, strict=True)])

    def _draft(self, owner_id: int | None, rows: Sequence[Candidate]) -> Sequence[Any]:
        acting = self.actor if owner_id is None else on_behalf_of(self.actor, owner_id)
        drafts = [candidate.draft for candidate in rows]
        return self.importer.rows.write(self.session, acting, owner_id, drafts, publishes=self.publishes, now=self.now)

    def _faults_one_by_one(self, owner_id: int | None, rows: list[Candidate], of_all: DomainError) -> Iterator[Fault]:
        """Which of the rows is refused; the transaction is lost anyway."""
        is_told = False
        for candidate in rows:
            try:
                self._draft(owner_id, [candidate])
            except DomainError as error:
                is_told = True
                yield from _as_faults(candidate, error)
        if not is_told:
            yield Fault(rows[0].row, "", of_all.message)

    def _write_changes(self, rows: list[Candidate]) -> None:
        changes = [candidate.change for candidate in rows if candidate.change]
        found = self.importer.rows.find(self.session, self.actor, [change.public_id for change in changes])
        for candidate, change in zip(rows, changes, strict=True):
            thing = found.get(change.public_id)
            if thing is None:
                self._refuse([Fault(candidate.row, "", Conflict(GONE).message)])
            owner_id = candidate.key[0]
            acting = self.actor if owner_id is None else on_behalf_of(self.actor, owner_id)
            try:
                self.importer.rows.revise(
                    self.session, acting, thing, candidate.draft, version=change.version, now=self.now
                )
            except DomainError as error:
                self._refuse(_as_faults(candidate, error))
        self.session.flush()  # settles the versions that an undo compares with
        self._note([(candidate.row, found[change.public_id], False)
                    for candidate, change in zip(rows, changes, strict=True)])  # fmt: skip

    def _note(self, outcomes: list[tuple[int, Any, bool]]) -> None:
        if self.import_id is None or not outcomes:
            return
        self.session.execute(
            insert(ImportOutcome),
            [
                {
                    "import_id": self.import_id,
                    "row_number": row,
                    "subject_public_id": thing.public_id,
                    "version": thing.version,
                    "is_new": is_new,
                }
                for row, thing, is_new in outcomes
            ],
        )

    def _refuse(self, faults: Iterable[Fault]) -> Any:
        self.report.add_faults(faults)
        raise RefusedError(self.report)


def new_ones(session: Session, importer: Importer, batch: list[Candidate]) -> list[Candidate]:
    keys = [candidate.key for candidate in batch if candidate.change is None]
    there = importer.already_there(session, keys) if keys else set()
    return [candidate for candidate in batch if candidate.change is not None or candidate.key not in there]


def _as_faults(candidate: Candidate, error: DomainError) -> list[Fault]:
    """A feature's own refusal, at the column it speaks of where it names one."""
    if isinstance(error, Invalid) and error.fields:
        return [Fault(candidate.row, candidate.place_of(name), reason) for name, reason in error.fields.items()]
    return [Fault(candidate.row, "", error.message)]


def flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(IMPORTED_MEANWHILE) from error
