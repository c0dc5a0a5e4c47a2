"""Drain the outbox into the search engine, at least once; compare the two and repair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from marketplace.core import queue
from marketplace.core.registry import Registry
from marketplace.core.subject import Subject
from marketplace.core.transaction import reading, writing
from marketplace.indexing import services
from marketplace.indexing.documents import changes_for, public_documents, public_versions
from marketplace.indexing.models import OutboxEntry
from search.documents import Change, Removal
from search.engine import SearchEngine, SearchUnavailable

BATCH = 200
FAILING_AFTER = 5
"""Tries, a minute together: before that it is a hiccup."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where database and index disagree: ``missing``, ``outdated`` or ``surplus`` in the index."""

    key: str
    problem: str


def drain(database: Engine, engine: SearchEngine, registry: Registry, *, now: datetime) -> int:
    """Tell the engine of the due notes; the number told. A note leaves only when the engine has committed."""
    with writing(database) as session:
        entries = queue.claim(session, OutboxEntry, now=now, limit=BATCH)
    if not entries:
        return 0
    try:
        _tell(database, engine, registry, entries)
    except SearchUnavailable as error:
        with writing(database) as session:
            # Never given up: a note that is lost leaves the index wrong for good.
            queue.failed(session, OutboxEntry, entries, str(error), now=now, gives_up=False)
        return 0
    with writing(database) as session:
        queue.done(session, OutboxEntry, entries)
    return len(entries)


def fault(database: Engine) -> str | None:
    """Why the index is behind what changed, for the answer whether this site is ready; None when it is not."""
    try:
        with reading(database) as session:
            count = queue.count_failing(session, OutboxEntry, attempts=FAILING_AFTER)
    except SQLAlchemyError:
        return "the database does not answer"
    return f"{count} notes wait for the search engine" if count else None


def _tell(database: Engine, engine: SearchEngine, registry: Registry, entries: Sequence[OutboxEntry]) -> None:
    subjects = [Subject.parse(text) for text in dict.fromkeys(entry.subject for entry in entries)]
    with reading(database) as session:
        if engine.is_ready() is not None:
            # Told only of what is due, a lost index would come back with holes and look whole.
            engine.rebuild(public_documents(session, registry))
        changes = changes_for(session, registry, subjects)
    engine.apply([*changes, *_removals_of_the_gone(engine, subjects, changes)])


def _removals_of_the_gone(
    engine: SearchEngine, subjects: Sequence[Subject], changes: Sequence[Change]
) -> Sequence[Removal]:
    """A note about a thing that has no row any more: whatever the index still has of it goes."""
    told = {change.key if isinstance(change, Removal) else change.document.key for change in changes}
    gone = {str(subject) for subject in subjects} - told
    return [Removal(key, version) for key, version in engine.versions() if key in gone] if gone else []


def rebuild(database: Engine, engine: SearchEngine, registry: Registry, *, now: datetime) -> int:
    """Build a new index beside the old one and swap; what changed meanwhile is noted and told again."""
    with reading(database) as session:
        engine.rebuild(public_documents(session, registry))
    return repair(database, compare(database, engine, registry), now=now)


def compare(database: Engine, engine: SearchEngine, registry: Registry) -> list[Difference]:
    """Every thing that the index lacks, has in an old version, or should not have."""
    with reading(database) as session:
        expected = public_versions(session, registry)
    indexed = dict(engine.versions())
    found = [Difference(key, "missing") for key in expected.keys() - indexed.keys()]
    found += [Difference(key, "surplus") for key in indexed.keys() - expected.keys()]
    found += [
        Difference(key, "outdated") for key, version in expected.items() if key in indexed and indexed[key] != version
    ]
    return sorted(found, key=lambda difference: difference.key)


def repair(database: Engine, differences: Sequence[Difference], *, now: datetime) -> int:
    """Note every difference for the worker; how many."""
    if differences:
        with writing(database) as session:
            for difference in differences:
                services.note(session, Subject.parse(difference.key), now=now)
    return len(differences)
