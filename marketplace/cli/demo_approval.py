"""The demo's university with its departments, its own approval, and one thing that waits to be released."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.achievements.services import APPROVAL
from marketplace.approvals import services as approvals
from marketplace.bulk.models import BulkRow
from marketplace.core.actor import Actor
from marketplace.organisations import services as organisations
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import departments_of

DEPARTMENTS = (
    ("材料科学与工程学院", "School of Materials Science and Engineering"),
    ("集成电路学院", "School of Integrated Circuits"),
    ("生命科学学院", "School of Life Sciences"),
)
CAREFUL = "集成电路学院"
"""The department whose achievements its approver releases first."""
BELONGING = {"a14": "材料科学与工程学院", "a16": "集成电路学院", "a18": "集成电路学院", "a20": "生命科学学院"}
"""Rows of the demo's achievements, by their ids, and where they belong."""
PUT_FORWARD = "a18"


def add_departments(session: Session, owner: Actor, organisation: Organisation, *, now: datetime) -> dict[str, str]:
    """Departments that are not there yet are added; ids of rows to public ids of departments."""
    there = {one.name for one in departments_of(session, organisation.id)}
    for name, name_en in DEPARTMENTS:
        if name not in there:
            organisations.add_department(session, owner, organisation, name=name, name_en=name_en, now=now)
    ids = {one.name: one.public_id for one in departments_of(session, organisation.id)}
    return {row: ids[name] for row, name in BELONGING.items()}


def put_forward(session: Session, owner: Actor, organisation: Organisation, *, now: datetime) -> None:
    """Set the rule, and ask for the release of the one thing."""
    part = next(one for one in departments_of(session, organisation.id) if one.name == CAREFUL)
    approvals.set_rules(session, owner, organisation, {("achievement", part.id)}, now=now)
    public_id = session.scalar(
        select(BulkRow.subject_public_id).where(
            BulkRow.kind == "achievement",
            BulkRow.external_id == PUT_FORWARD,
            BulkRow.organisation_id == organisation.id,
        )
    )
    if public_id is not None:
        thing = achievements.get_achievement(session, owner, public_id)
        approvals.ask(session, owner, APPROVAL, thing, now=now)
