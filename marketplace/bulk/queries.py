"""Reads. Nobody's rights are asked here: whoever imports is asked for them row by row."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.standing import SignedIn, acting
from marketplace.achievements.models import Achievement
from marketplace.achievements.services import AchievementDraft
from marketplace.bulk.models import BulkRow, Import, ImportFile, ImportOutcome
from marketplace.bulk.policies import visible_to
from marketplace.challenges.models import Challenge
from marketplace.challenges.services import ChallengeDraft
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.paging import PER_PAGE, Page, paginate
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import find_department, viewer_of

Key = tuple[int | None, str]
"""The organisation's row number (None where the thing is an organisation) and the file's own id."""


Draft = TypeVar("Draft", AchievementDraft, ChallengeDraft)


def in_its_department(session: Session, thing: Achievement | Challenge, draft: Draft) -> Draft:
    """The draft where its thing is: a sheet says nothing of departments, so that what it changes stays in its own."""
    part = find_department(session, thing.department_id)
    return replace(draft, department=part.public_id if part else None)


def imported_keys(session: Session, kind: str, keys: Collection[Key]) -> set[Key]:
    """Those of the keys that an earlier import brought in."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for organisation_id, external_id in keys:
        if organisation_id is not None:
            wanted[organisation_id].append(external_id)
    found: set[Key] = set()
    for organisation_id, external_ids in wanted.items():
        there = session.scalars(
            select(BulkRow.external_id).where(
                BulkRow.kind == kind,
                BulkRow.organisation_id == organisation_id,
                BulkRow.external_id.in_(external_ids),
            )
        )
        found |= {(organisation_id, external_id) for external_id in there}
    return found


def registered_codes(session: Session, keys: Collection[Key]) -> set[Key]:
    """Those of the keys whose code is an organisation's already."""
    codes = [code for _nobody, code in keys]
    return {(None, code) for code in session.scalars(select(Organisation.code).where(Organisation.code.in_(codes)))}


def get_import(session: Session, actor: Actor, public_id: str, *, to_change: bool = False) -> Import:
    """One's own import; ``to_change`` holds it until the end of the transaction."""
    statement = select(Import).where(Import.public_id == public_id, visible_to(actor))
    found = session.scalar(statement.with_for_update() if to_change else statement)
    if found is None:
        raise NotFound
    return found


def list_imports(session: Session, actor: Actor, *, page: int, per_page: int = PER_PAGE) -> Page[Import]:
    """What this person brought, latest first."""
    statement = select(Import).where(visible_to(actor)).order_by(Import.id.desc())
    return paginate(session, statement, page=page, per_page=per_page)


def actor_of(session: Session, user_id: int, organisation_id: int | None, *, now: datetime) -> Actor | None:
    """The person with the rights of this moment, as when they are signed in; None where the account is closed."""
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        return None
    person = SignedIn(0, user.id, user.public_id, user.name, organisation_id, now, now)
    return acting(person, viewer_of(session, person))


def code_of(session: Session, organisation_id: int | None) -> str | None:
    return session.scalar(select(Organisation.code).where(Organisation.id == organisation_id))


def outcomes_of(session: Session, import_id: int, *, batch: int = 200) -> Iterator[Sequence[ImportOutcome]]:
    """What came of an import's rows, in the file's order, a batch at a time."""
    last = 0
    while True:
        found = session.scalars(
            select(ImportOutcome)
            .where(ImportOutcome.import_id == import_id, ImportOutcome.row_number > last)
            .order_by(ImportOutcome.row_number)
            .limit(batch)
        ).all()
        if not found:
            return
        last = found[-1].row_number
        yield found


def count_outcomes(session: Session, import_id: int) -> int:
    return session.scalar(select(func.count()).where(ImportOutcome.import_id == import_id)) or 0


def has_file(session: Session, import_id: int) -> bool:
    """Whether the bytes are still kept."""
    return session.scalar(select(ImportFile.import_id).where(ImportFile.import_id == import_id)) is not None
