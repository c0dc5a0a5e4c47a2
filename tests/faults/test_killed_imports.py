"""A worker that is killed in the middle of an import: all of it or nothing, and it goes on by itself."""

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.bulk import imports
from marketplace.bulk.lifecycle import ImportState
from marketplace.bulk.models import BulkRow, Import
from marketplace.challenges.models import Challenge
from marketplace.core.actor import Actor, Grant, Role
from marketplace.core.transaction import reading, writing
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.faults.conftest import MANY
from tests.faults.scratch import until
from tests.journeys.market import at_present

ROWS = MANY * 100


def test_an_import_whose_worker_is_killed_again_and_again_is_written_once(instance, look):
    with writing(look) as session:
        organisation, person = an_organisation(session), a_user(session)
        a_membership(session, person, organisation)
        actor = Actor(person.id, person.public_id, frozenset({Grant(Role.OWNER, organisation.id)}), organisation.id)
        brought = imports.upload(
            session, actor, kind="challenges", file_name="rows.jsonl", data=_rows(), now=at_present()
        )
        brought.claimed_until = None

    _kill_when(instance, look, brought.id, lambda one: one.rows_seen >= ROWS // 3)
    worker = instance.worker()
    until(lambda: _of(look, brought.id).state is ImportState.CHECKED, instance.said)
    with writing(look) as session:
        waiting = imports.confirm(session, actor, session.get_one(Import, brought.id), now=at_present())
        waiting.claimed_until, waiting.rows_seen = None, 0
    instance.kill(worker)
    _kill_when(instance, look, brought.id, lambda one: one.rows_seen >= ROWS // 2)

    assert count(look, Challenge) in (0, ROWS)
    worker = instance.worker()
    until(lambda: _of(look, brought.id).state is ImportState.DONE, instance.said)
    instance.kill(worker)
    assert [count(look, table) for table in (Challenge, BulkRow)] == [ROWS, ROWS]
    drafted = AuditEntry.action == "draft"
    with reading(look) as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(drafted)) == ROWS
    assert instance.flask("audit", "verify")[0] == 0


def _rows() -> bytes:
    rows = ({"id": f"d-{number}", "kind": "research", "title": f"需求 {number}"} for number in range(ROWS))
    return "\n".join(json.dumps(row) for row in rows).encode()


def _kill_when(instance, look, import_id: int, is_reached) -> None:
    worker = instance.worker()
    until(lambda: is_reached(_of(look, import_id)), instance.said)
    instance.kill(worker)


def _of(look, import_id: int) -> Import:
    with reading(look) as session:
        return session.get_one(Import, import_id)


def count(look, table: type) -> int:
    with Session(look) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
