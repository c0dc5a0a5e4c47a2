"""The steps of an import in the browser, as rows: brought, mended, confirmed, undone, pruned; see ``worker``."""

from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bulk.formats import JSON_SUFFIXES, SHEET_SUFFIXES, UNKNOWN_FORMAT
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.lifecycle import KEPT_STATES, LIFECYCLE, ImportState
from marketplace.bulk.models import MAX_FILE_NAME, Import, ImportFile
from marketplace.bulk.policies import POLICY
from marketplace.bulk.report import report_of
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say

KIND = "import"
AT_ONCE_ROWS = 500
"""So many rows are dealt with while the person waits; more are left to the worker (decisions of the product)."""
MOST_BYTES = 10 * 1024 * 1024
TIME_TO_UNDO = timedelta(days=1)
FILES_KEPT = timedelta(days=7)
AT_HAND = timedelta(minutes=2)
"""While the page that brought it deals with it, no worker does."""

FILE_ASKED = _("请选择要导入的文件。")
FILE_EMPTY = _("“%(name)s”是空文件。")
FILE_TOO_LARGE = _("文件最大 10 MB，请分成几个文件。")
NOTHING_TO_WRITE = _("文件里没有可以导入的新内容。")
STILL_FAULTY = _("文件中还有错误，请改好后重新上传。")
TOO_LATE = _("导入超过一天，不能再撤销；需要的话请逐条撤回。")
NOT_FOR_YOU = _("你没有可以导入的内容：先登记单位，或请单位负责人把你加为经办人。")


def upload(session: Session, actor: Actor, *, kind: str, file_name: str, data: bytes, now: datetime) -> Import:
    """Take a file in; it is checked next. Raises Invalid at ``kind`` or ``file``."""
    if kind not in IMPORTERS or not POLICY["upload"](actor, kind):
        raise NotAllowed(NOT_FOR_YOU)
    name = _checked_name(file_name, data)
    brought = Import(
        user_id=actor.user_id,
        organisation_id=actor.current_organisation_id,
        kind=kind,
        file_name=name,
        created_at=now,
        updated_at=now,
        claimed_until=now + AT_HAND,
    )
    session.add(brought)
    session.flush()  # assigns the number that the file hangs on
    session.add(ImportFile(import_id=brought.id, data=data))
    return brought


def replace_file(
    session: Session, actor: Actor, brought: Import, *, file_name: str, data: bytes, now: datetime
) -> Import:
    """A mended file takes the place of the one before."""
    authorize(POLICY, "replace", actor, brought)
    name = _checked_name(file_name, data)
    _step(brought, "replace", now)
    session.execute(delete(ImportFile).where(ImportFile.import_id == brought.id))
    session.add(ImportFile(import_id=brought.id, data=data))
    brought.file_name, brought.report, brought.rows_seen = name, {}, 0
    return brought


def confirm(session: Session, actor: Actor, brought: Import, *, now: datetime) -> Import:
    """Ask for the checked file to be written; all of it or nothing."""
    authorize(POLICY, "confirm", actor, brought)
    report = report_of(brought.report)
    _step(brought, "confirm", now)
    if not report.is_clean:
        raise Conflict(STILL_FAULTY)
    if not report.ready or session.get(ImportFile, brought.id) is None:
        raise Conflict(NOTHING_TO_WRITE)
    return brought


def undo(session: Session, actor: Actor, brought: Import, *, now: datetime) -> Import:
    """Ask for what it made to be taken back; within a day."""
    authorize(POLICY, "undo", actor, brought)
    if not may_still_undo(brought, now=now):
        raise Conflict(TOO_LATE if brought.state is ImportState.DONE else None)
    _step(brought, "undo", now)
    audit.record(session, actor=actor, action="undo_import", subject=Subject(KIND, brought.public_id), now=now)
    return brought


def may_still_undo(brought: Import, *, now: datetime) -> bool:
    is_done = brought.state is ImportState.DONE and brought.finished_at is not None
    return is_done and brought.finished_at is not None and now - brought.finished_at <= TIME_TO_UNDO


def discard(session: Session, actor: Actor, brought: Import) -> None:
    """Throw away a file of which nothing was written."""
    authorize(POLICY, "discard", actor, brought)
    if brought.state is not ImportState.CHECKED:
        raise Conflict
    _drop(session, brought)


def prune(session: Session, *, now: datetime) -> int:
    """Files are kept for a week: of what was written the record stays, of what never was nothing. The number pruned."""
    old = session.scalars(
        select(Import)
        .join(ImportFile, ImportFile.import_id == Import.id)
        .where(Import.updated_at <= now - FILES_KEPT, Import.state.in_([ImportState.CHECKED, *KEPT_STATES]))
    ).all()
    for brought in old:
        if brought.state in KEPT_STATES:
            session.execute(delete(ImportFile).where(ImportFile.import_id == brought.id))
        else:
            _drop(session, brought)
    return len(old)


def _drop(session: Session, brought: Import) -> None:
    session.execute(delete(ImportFile).where(ImportFile.import_id == brought.id))
    session.delete(brought)


def _step(brought: Import, action: str, now: datetime) -> None:
    brought.state = LIFECYCLE.target(action, brought.state)
    brought.updated_at, brought.claimed_until, brought.attempts = now, now + AT_HAND, 0


def _checked_name(file_name: str, data: bytes) -> str:
    """The file's own name without folders, as it is shown and as its ending tells the format."""
    name = PurePath(file_name.replace("\\", "/")).name.replace("\0", "").strip()
    if not name:
        raise Invalid({"file": say(FILE_ASKED)})
    suffix = PurePath(name).suffix.lower()
    if suffix not in JSON_SUFFIXES | SHEET_SUFFIXES:
        raise Invalid({"file": say(UNKNOWN_FORMAT, name=name[:MAX_FILE_NAME])})
    if not data:
        raise Invalid({"file": say(FILE_EMPTY, name=name[:MAX_FILE_NAME])})
    if len(data) > MOST_BYTES:
        raise Invalid({"file": say(FILE_TOO_LARGE)})
    return name if len(name) <= MAX_FILE_NAME else f"{name[: MAX_FILE_NAME - len(suffix)]}{suffix}"
