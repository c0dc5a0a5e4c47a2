"""Subjects to documents and back: the one place that knows that search keys are subjects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.registry import Kind, Registry
from marketplace.core.subject import Subject
from search.documents import Change, Put, Removal, SearchDocument

BATCH = 200


def changes_for(session: Session, registry: Registry, subjects: Iterable[Subject]) -> list[Change]:
    """What the engine has to do to agree with the database: put what is public, remove what is not."""
    changes: list[Change] = []
    for kind, things in _loaded(session, registry, subjects):
        assert kind.document is not None
        for public_id, thing in things.items():
            document = kind.document(thing)
            key = str(Subject(kind.name, public_id))
            changes.append(Put(document) if document is not None else Removal(key, thing.version))
    return changes


def public_documents(session: Session, registry: Registry) -> Iterator[SearchDocument]:
    """Every document that belongs in the index, loaded in batches: memory stays flat."""
    for kind in _searched(registry):
        assert kind.versions is not None
        assert kind.document is not None
        ids = sorted(kind.versions(session))
        for start in range(0, len(ids), BATCH):
            for thing in kind.load(session, ids[start : start + BATCH]).values():
                if (document := kind.document(thing)) is not None:
                    yield document
            session.expunge_all()


def public_versions(session: Session, registry: Registry) -> dict[str, int]:
    """Key to version of everything that belongs in the index."""
    found = {}
    for kind in _searched(registry):
        assert kind.versions is not None
        for public_id, version in kind.versions(session).items():
            found[str(Subject(kind.name, public_id))] = version
    return found


def _searched(registry: Registry) -> list[Kind]:
    return [kind for kind in registry.kinds.values() if kind.document is not None]


def _loaded(
    session: Session, registry: Registry, subjects: Iterable[Subject]
) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        ids[subject.kind].append(subject.id)
    for kind in _searched(registry):
        if kind.name in ids:
            yield kind, kind.load(session, ids[kind.name])
