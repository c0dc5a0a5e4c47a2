"""Organisations to test with: verified unless a test asks for another state."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.core.actor import Role
from marketplace.organisations.credit_code import check_digit, inner_check_digit
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Membership, Organisation, OrganisationKind, SizeClass
from tests.conftest import NOON

numbers = count(1)
DATED_STATES = frozenset({OrganisationState.VERIFIED, OrganisationState.SUSPENDED})


def a_code(number: int | None = None) -> str:
    """A valid 统一社会信用代码 of an enterprise, another one each time."""
    body = f"MA{next(numbers) if number is None else number:06d}"
    first_17 = f"91310114{body}{inner_check_digit(body)}"
    return first_17 + check_digit(first_17)


def an_organisation(session: Session, **overrides: Any) -> Organisation:
    state = overrides.get("state", OrganisationState.VERIFIED)
    facts = {
        "code": a_code(),
        "name": f"上海测试{next(numbers)}有限公司",
        "kind": OrganisationKind.ENTERPRISE,
        "size": SizeClass.SMALL,
        "area": "anting",
        "state": state,
        "created_at": NOON,
        "submitted_at": None if state is OrganisationState.UNVERIFIED else NOON,
        "verified_at": NOON if state in DATED_STATES else None,
    }
    organisation = Organisation(**facts | overrides)
    session.add(organisation)
    session.flush()
    return organisation


def a_membership(session: Session, user: User, organisation: Organisation, role: Role = Role.OWNER) -> Membership:
    membership = Membership(user_id=user.id, organisation_id=organisation.id, role=role, joined_at=NOON)
    session.add(membership)
    session.flush()
    return membership
