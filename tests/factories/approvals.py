"""Departments, and what an organisation asks of its own people, to test with."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.core.actor import Role
from marketplace.core.approval import Matter
from marketplace.organisations.models import Department, Membership, Organisation
from tests.conftest import NOON

numbers = count(1)


def a_department(session: Session, organisation: Organisation, **overrides: Any) -> Department:
    facts = {"organisation_id": organisation.id, "name": f"第{next(numbers)}学院", "created_at": NOON}
    department = Department(**facts | overrides)
    session.add(department)
    session.flush()
    return department


def a_rule(
    session: Session, organisation: Organisation, kind: str = "achievement", department: Department | None = None
) -> ApprovalRule:
    number = department.id if department else None
    rule = ApprovalRule(organisation_id=organisation.id, kind=kind, department_id=number, made_at=NOON)
    session.add(rule)
    session.flush()
    return rule


def a_request(session: Session, matter: Matter, asked_by: User, **overrides: Any) -> Approval:
    facts = {
        "organisation_id": matter.organisation_id,
        "department_id": matter.department_id,
        "subject": str(matter.subject),
        "title": matter.title,
        "fingerprint": matter.fingerprint,
        "asked_by": asked_by.id,
        "asked_at": NOON,
    }
    approval = Approval(**facts | overrides)
    session.add(approval)
    session.flush()
    return approval


def a_member_of(
    session: Session, user: User, organisation: Organisation, role: Role, department: Department | None = None
) -> Membership:
    membership = Membership(
        user_id=user.id,
        organisation_id=organisation.id,
        department_id=department.id if department else None,
        role=role,
        joined_at=NOON,
    )
    session.add(membership)
    session.flush()
    return membership
