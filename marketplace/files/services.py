"""Writes. The content lies in the store before a row names it; the caller owns the transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import NotAllowed
from marketplace.core.events import publish
from marketplace.core.registry import Registry
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.files import queries, refusals
from marketplace.files.events import FilesChanged, InfectedFileRemoved
from marketplace.files.intake import Received
from marketplace.files.lifecycle import LIFECYCLE, ScanState
from marketplace.files.limits import Limits, size_text
from marketplace.files.models import StoredFile
from marketplace.files.refusals import refused


def check_room(session: Session, subject: Subject, limits: Limits, *, size: int = 1) -> None:
    """Raises Invalid at ``file`` where the thing has as many files, or bytes, as it may."""
    count, total = queries.usage(session, subject)
    if count >= limits.thing_files:
        raise refused(refusals.TOO_MANY, most=limits.thing_files)
    if total + size > limits.thing_bytes:
        raise refused(refusals.THING_FULL, most=size_text(limits.thing_bytes))


def attach(
    session: Session,
    registry: Registry,
    actor: Actor,
    subject: Subject,
    received: Received,
    *,
    secrecy: Secrecy,
    is_scanned: bool,
    limits: Limits,
    now: datetime,
) -> StoredFile:
    """Add a file whose content is in the store; ``is_scanned`` says whether there is an antivirus to wait for.

    Raises NotFound, NotAllowed, Invalid where there is no room left or the thing became anonymous meanwhile.
    """
    thing, _kind, rules = queries.thing_of(session, registry, actor, subject)
    _hold(session, thing)
    if not rules.attach(actor, thing):
        raise NotAllowed
    if rules.is_blind(thing) and not received.is_stripped:
        raise refused(refusals.NOT_STRIPPED)
    check_room(session, subject, limits, size=received.size)
    file = StoredFile(
        subject_kind=subject.kind,
        subject_id=subject.id,
        name=received.name,
        media_type=received.format.media_type,
        size=received.size,
        sha256=received.digest,
        secrecy=secrecy,
        is_stripped=received.is_stripped,
        uploaded_by=actor.user_id if actor.is_signed_in else None,
        uploaded_at=now,
        scan=ScanState.WAITING if is_scanned else ScanState.UNSCANNED,
    )
    session.add(file)
    session.flush()  # assigns the public id that the log names
    _record(session, actor, file, "attach", side=rules.side, now=now)
    publish(session, FilesChanged(subject, now))
    return file


def detach(session: Session, registry: Registry, actor: Actor, public_id: str, *, now: datetime) -> StoredFile:
    """Take a file away; its content is swept when no other file has it. Raises NotFound, NotAllowed."""
    file, thing, rules = queries.get_file(session, registry, actor, public_id)
    _hold(session, thing)
    if not rules.attach(actor, thing):
        raise NotAllowed
    _record(session, actor, file, "detach", side=rules.side, now=now)
    session.delete(file)
    publish(session, FilesChanged(file.subject, now))
    return file


def pass_content(session: Session, digest: str, *, now: datetime) -> None:
    """The antivirus found nothing: every file with this content may be downloaded."""
    for file in queries.with_digest(session, digest):
        if file.scan is not ScanState.CLEAN:
            file.scan = LIFECYCLE.target("pass", file.scan)
            file.scanned_at, file.next_scan_at, file.scan_error = now, None, None


def skip_waiting(session: Session) -> int:
    """There is no antivirus any more: nothing waits for it."""
    files = session.scalars(select(StoredFile).where(StoredFile.scan == ScanState.WAITING).limit(500)).all()
    for file in files:
        file.scan = LIFECYCLE.target("skip", file.scan)
    return len(files)


def postpone(files: Sequence[StoredFile], *, until: datetime, error: str | None = None) -> None:
    """Ask the antivirus about them then."""
    for file in files:
        file.next_scan_at = until
        file.scan_error = error[:200] if error else None


def remove_infected(session: Session, registry: Registry, digest: str, virus: str, *, now: datetime) -> int:
    """Every file with this content goes, and its uploader hears of it; how many went."""
    files = queries.with_digest(session, digest)
    for file in files:
        kind = registry.kinds[file.subject_kind]
        thing = kind.load(session, [file.subject_id]).get(file.subject_id)
        _record(session, SYSTEM, file, "remove_infected", side="system", now=now, virus=virus)
        title = kind.title(thing) if thing is not None else ""
        publish(session, InfectedFileRemoved(file.subject, title, file.name, virus, file.uploaded_by, now))
        session.delete(file)
        publish(session, FilesChanged(file.subject, now))
    return len(files)


def _hold(session: Session, thing: Any) -> None:
    """Lock the thing's row and see it as it is now: two uploads at once, or one and a submission, meet here."""
    columns = [column.key for column in inspect(type(thing)).column_attrs]
    session.refresh(thing, columns, with_for_update=True)


def _record(
    session: Session, actor: Actor, file: StoredFile, action: str, *, side: str, now: datetime, **more: str
) -> None:
    facts = {"file": file.public_id, "sha256": file.sha256, "size": file.size, "secrecy": str(file.secrecy)}
    audit.record(session, actor=actor, action=action, subject=file.subject, now=now, **facts, **{"as": side}, **more)
