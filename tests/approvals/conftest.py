"""A university with two departments, and the people who write and release there."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.core.actor import Actor, Grant, Role
from marketplace.organisations.models import Department, Organisation, OrganisationKind
from tests.factories.accounts import a_user
from tests.factories.approvals import a_department, a_member_of
from tests.factories.organisations import an_organisation


@dataclass
class University:
    organisation: Organisation
    materials: Department
    medicine: Department
    people: dict[str, User]
    grants: dict[str, Grant]

    def actor(self, name: str) -> Actor:
        user = self.people[name]
        return Actor(user.id, user.public_id, frozenset({self.grants[name]}), self.organisation.id)


def a_university(session: Session) -> University:
    organisation = an_organisation(session, kind=OrganisationKind.UNIVERSITY, name="练川大学")
    materials = a_department(session, organisation, name="材料学院", name_en="School of Materials")
    medicine = a_department(session, organisation, name="医学院")
    roles = {
        "owner": (Role.OWNER, None),
        "approver": (Role.APPROVER, None),
        "materials approver": (Role.APPROVER, materials),
        "medicine approver": (Role.APPROVER, medicine),
        "editor": (Role.EDITOR, None),
        "materials editor": (Role.EDITOR, materials),
        "reader": (Role.READER, None),
    }
    people, grants = {}, {}
    for name, (role, part) in roles.items():
        people[name] = a_user(session, name=name)
        a_member_of(session, people[name], organisation, role, part)
        grants[name] = Grant(role, organisation.id, department_id=part.id if part else None)
    return University(organisation, materials, medicine, people, grants)


@pytest.fixture
def university(session) -> University:
    return a_university(session)
