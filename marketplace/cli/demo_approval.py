"""The demo's university with its departments and its own approval: one thing was released and handed in, one waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements import services as achievements
from marketplace.achievements.services import APPROVAL, Step
from marketplace.approvals import services as approvals
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
BELONGING = {
    "a10": "材料科学与工程学院",
    "a14": "材料科学与工程学院",
    "a16": "集成电路学院",
    "a18": "集成电路学院",
    "a20": "生命科学学院",
    "a44": "材料科学与工程学院",
    "a45": "材料科学与工程学院",
    "a48": "集成电路学院",
}
"""Rows of the demo's achievements, by their ids, and where they belong."""
RELEASED, PUT_FORWARD = "a48", "a18"
NEED_RELEASE = frozenset({RELEASED, PUT_FORWARD})
BETWEEN_STEPS = timedelta(minutes=40)


def add_departments(session: Session, owner: Actor, organisation: Organisation, *, now: datetime) -> dict[str, str]:
    """Departments that are not there yet are added; ids of rows to public ids of departments."""
    there = {one.name for one in departments_of(session, organisation.id)}
    for name, name_en in DEPARTMENTS:
        if name not in there:
            organisations.add_department(session, owner, organisation, name=name, name_en=name_en, now=now)
    ids = {one.name: one.public_id for one in departments_of(session, organisation.id)}
    return {row: ids[name] for row, name in BELONGING.items()}


def run_approval(
    session: Session,
    head: Actor,
    approver: Actor,
    organisation: Organisation,
    made: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Set the rule; of the things just ``made``, by their ids, one is released and handed in, one is asked for."""
    part = next(one for one in departments_of(session, organisation.id) if one.name == CAREFUL)
    approvals.set_rules(session, head, organisation, {("achievement", part.id)}, now=now)
    if released := made.get(RELEASED):
        approval = approvals.ask(session, head, APPROVAL, released, now=now + BETWEEN_STEPS)
        approvals.decide(session, approver, APPROVAL, approval, "release", now=now + 2 * BETWEEN_STEPS)
        achievements.advance_achievement(session, head, released, "submit", step=Step(), now=now + 3 * BETWEEN_STEPS)
    if waiting := made.get(PUT_FORWARD):
        approvals.ask(session, head, APPROVAL, waiting, now=now + 4 * BETWEEN_STEPS)
