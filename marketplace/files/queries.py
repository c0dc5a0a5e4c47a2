"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.registry import FileRules, Kind, Registry
from marketplace.core.subject import Subject
from marketplace.files.lifecycle import ScanState
from marketplace.files.models import StoredFile
from marketplace.files.policies import may_download, may_see

Found = tuple[StoredFile, Any, FileRules]
"""A file, the thing it belongs to and the rules of that kind."""

SCANNED_STATES = (ScanState.WAITING, ScanState.UNSCANNED)


def files_of(session: Session, subject: Subject) -> Sequence[StoredFile]:
    """All files of a thing in the order they came; nobody's rights are asked here."""
    return session.scalars(
        select(StoredFile)
        .where(StoredFile.subject_kind == subject.kind, StoredFile.subject_id == subject.id)
        .order_by(StoredFile.id)
    ).all()


def visible_files(session: Session, rules: FileRules, actor: Actor, thing: Any) -> list[StoredFile]:
    """Those files of a thing that this person sees listed."""
    return [
        file for file in files_of(session, Subject(rules.kind, thing.public_id)) if may_see(rules, actor, thing, file)
    ]


def kind_with_files(registry: Registry, name: str) -> tuple[Kind, FileRules]:
    """Raises NotFound for a kind of things that has no files."""
    if name not in registry.file_rules:
        raise NotFound
    return registry.kinds[name], registry.file_rules[name]


def thing_of(session: Session, registry: Registry, actor: Actor, subject: Subject) -> tuple[Any, Kind, FileRules]:
    """A thing that may have files; those the actor may not see do not exist."""
    kind, rules = kind_with_files(registry, subject.kind)
    thing = kind.load(session, [subject.id]).get(subject.id)
    if thing is None or not kind.policy["view"](actor, thing):
        raise NotFound
    return thing, kind, rules


def get_file(session: Session, registry: Registry, actor: Actor, public_id: str) -> Found:
    """A file that the actor sees listed, with its thing and rules; others do not exist."""
    file = session.scalar(select(StoredFile).where(StoredFile.public_id == public_id))
    if file is None:
        raise NotFound
    thing, _kind, rules = thing_of(session, registry, actor, file.subject)
    if not may_see(rules, actor, thing, file):
        raise NotFound
    return file, thing, rules


def get_download(session: Session, registry: Registry, actor: Actor, public_id: str) -> Found:
    """A file whose content the actor may have; others do not exist."""
    file, thing, rules = get_file(session, registry, actor, public_id)
    if not may_download(rules, actor, thing, file):
        raise NotFound
    return file, thing, rules


def usage(session: Session, subject: Subject) -> tuple[int, int]:
    """(number, bytes) of a thing's files."""
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).where(
            StoredFile.subject_kind == subject.kind, StoredFile.subject_id == subject.id
        )
    ).one()
    return int(count), int(total)


def kept(session: Session, digests: Collection[str]) -> set[str]:
    """Those of the digests that a file has."""
    return set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests)).distinct()))


def due(session: Session, *, now: datetime, limit: int) -> Sequence[StoredFile]:
    """Files that wait for the antivirus, the oldest first; locked, past those another worker holds."""
    return session.scalars(
        select(StoredFile)
        .where(
            StoredFile.scan.in_(SCANNED_STATES),
            or_(StoredFile.next_scan_at.is_(None), StoredFile.next_scan_at <= now),
        )
        .order_by(StoredFile.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def with_digest(session: Session, digest: str) -> Sequence[StoredFile]:
    return session.scalars(select(StoredFile).where(StoredFile.sha256 == digest).order_by(StoredFile.id)).all()


def waiting(session: Session) -> int:
    """How many files nobody may download yet."""
    return session.scalar(select(func.count()).where(StoredFile.scan == ScanState.WAITING)) or 0
