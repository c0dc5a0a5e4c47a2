"""Organisations to test with: verified unless a test asks for another state."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.core.actor import Role
from marketplace.organisations.credit_code import check_digit, inner_check_digit
from marketplace.organisations.lifecycle import OrganisationState, QualificationState
from marketplace.organisations.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Qualification,
    SizeClass,
)
from marketplace.organisations.qualifications import QualificationKind
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


def an_invitation(session: Session, organisation: Organisation, by: User, **overrides: Any) -> Invitation:
    """One that waits; give ``token`` to open its link."""
    token = overrides.pop("token", None) or new_token()
    facts = {
        "organisation_id": organisation.id,
        "role": Role.EDITOR,
        "email": f"invited{next(numbers)}@example.com",
        "language": "zh",
        "token_hash": fingerprint(token),
        "letters": 1,
        "invited_by": by.id,
        "invited_at": NOON,
        "sent_at": NOON,
        "expires_at": NOON + timedelta(days=7),
    }
    invitation = Invitation(**facts | overrides)
    session.add(invitation)
    session.flush()
    return invitation


def a_qualification(session: Session, organisation: Organisation, **overrides: Any) -> Qualification:
    """One that waits to be confirmed; a state that was decided on gets its moment."""
    state = overrides.get("state", QualificationState.CLAIMED)
    facts = {
        "organisation_id": organisation.id,
        "kind": QualificationKind.HIGH_TECH,
        "number": f"GR{next(numbers):012d}",
        "issuer": "上海市科学技术委员会",
        "valid_from": date(2025, 12, 1),
        "valid_until": date(2028, 11, 30),
        "claimed_at": NOON,
        "decided_at": None if state is QualificationState.CLAIMED else NOON,
        "reason": "证书编号查不到" if state is QualificationState.REFUSED else None,
    }
    qualification = Qualification(**facts | overrides)
    session.add(qualification)
    session.flush()
    return qualification
