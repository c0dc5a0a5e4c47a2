"""Qualifications of organisations, and who looks after an organisation in the administration."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import StaffGrant, User
from marketplace.core.actor import Actor, Role
from marketplace.core.errors import NotFound
from marketplace.organisations.lifecycle import QualificationState
from marketplace.organisations.models import Organisation, Qualification
from marketplace.organisations.policies import POLICY
from marketplace.organisations.qualifications import QualificationKind


@dataclass(frozen=True, slots=True)
class Commissioner:
    """Who of the administration an organisation's people turn to."""

    id: str
    name: str
    email: str


def of_organisation(session: Session, actor: Actor, organisation: Organisation) -> Sequence[Qualification]:
    """Confirmed ones for whoever sees the organisation; its own people and staff read the others too."""
    whose = select(Qualification).where(Qualification.organisation_id == organisation.id)
    if not POLICY["see_claims"](actor, organisation):
        whose = whose.where(Qualification.state == QualificationState.CONFIRMED)
    return session.scalars(whose.order_by(Qualification.id)).all()


def get_qualification(session: Session, organisation: Organisation, public_id: str) -> Qualification:
    """Raises NotFound; who may deal with it is asked by the caller."""
    found = session.scalar(
        select(Qualification).where(
            Qualification.organisation_id == organisation.id, Qualification.public_id == public_id
        )
    )
    if found is None:
        raise NotFound
    return found


def marks_of(
    session: Session, organisation_ids: Collection[int] | None, *, today: date
) -> Mapping[int, Sequence[QualificationKind]]:
    """What holds on this day, by row number of the organisation; None asks for all of them."""
    statement = select(Qualification.organisation_id, Qualification.kind).where(*_holds(today))
    if organisation_ids is not None:
        statement = statement.where(Qualification.organisation_id.in_(organisation_ids))
    marks: dict[int, list[QualificationKind]] = defaultdict(list)
    order = list(QualificationKind)
    for organisation_id, kind in session.execute(statement.distinct()):
        marks[organisation_id].append(kind)
    return {number: sorted(kinds, key=order.index) for number, kinds in marks.items()}


def has(kind: QualificationKind, today: date) -> ColumnElement[bool]:
    """Whether an organisation of a list holds it on this day."""
    return exists().where(Qualification.organisation_id == Organisation.id, Qualification.kind == kind, *_holds(today))


def to_confirm(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[tuple[Organisation, Qualification]]:
    """What waits for an operator's look at the certificate, the longest waiting first."""
    if not actor.is_a(Role.OPERATOR):
        return []
    rows = session.execute(
        select(Organisation, Qualification)
        .join(Qualification, Qualification.organisation_id == Organisation.id)
        .where(Qualification.state == QualificationState.CLAIMED, Organisation.id.not_in(actor.organisation_ids))
        .order_by(Qualification.id)
        .limit(limit)
    )
    return [(organisation, claim) for organisation, claim in rows]


def commissioner_of(session: Session, actor: Actor, organisation: Organisation) -> Commissioner | None:
    if organisation.commissioner_id is None or not POLICY["see_commissioner"](actor, organisation):
        return None
    user = session.get(User, organisation.commissioner_id)
    return Commissioner(user.public_id, user.name, user.email) if user is not None and not user.disabled_at else None


def possible_commissioners(session: Session, organisation: Organisation) -> Sequence[User]:
    """Operators, and the officers of its area, who can sign in."""
    serves = or_(
        StaffGrant.role == Role.OPERATOR,
        (StaffGrant.role == Role.AREA_OFFICER) & (StaffGrant.area == (organisation.area or "")),
    )
    people = select(StaffGrant.user_id).where(serves)
    return session.scalars(
        select(User).where(User.id.in_(people), User.disabled_at.is_(None)).order_by(User.name, User.id)
    ).all()


def _holds(today: date) -> tuple[ColumnElement[bool], ...]:
    until = Qualification.valid_until
    return Qualification.state == QualificationState.CONFIRMED, or_(until.is_(None), until >= today)
