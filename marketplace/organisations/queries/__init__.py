"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import StaffGrant, User
from marketplace.accounts.standing import Affiliation, SignedIn, Standing, staff_grant
from marketplace.core.actor import Actor, Grant, Role
from marketplace.core.errors import NotFound
from marketplace.core.paging import PER_PAGE, Page, each, paginate
from marketplace.core.text import Message, _, say
from marketplace.organisations.credit_code import normalise
from marketplace.organisations.lifecycle import LIFECYCLE, PUBLIC_STATES, OrganisationState
from marketplace.organisations.models import Department, Membership, Organisation, OrganisationKind
from marketplace.organisations.policies import POLICY, visible_to
from marketplace.organisations.qualifications import QualificationKind
from marketplace.organisations.queries.qualifications import has as holds

SOLE_OWNER = _("你是“%(name)s”唯一的负责人：请先在单位页面把另一位成员设为负责人，或联系运营专员。")


class Sort(StrEnum):
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves it open, ``words`` are part of a name or a whole code."""

    kind: OrganisationKind | None = None
    area: str | None = None
    qualification: QualificationKind | None = None
    today: date | None = None
    """The day on which a qualification is to hold."""
    words: str | None = None
    state: OrganisationState = OrganisationState.VERIFIED


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as others' pages mention it."""

    public_id: str
    name: str
    name_en: str | None
    state: OrganisationState


def get_organisation(session: Session, actor: Actor, public_id: str) -> Organisation:
    """Load one organisation; hide the ones the actor may not see."""
    organisation = session.scalar(select(Organisation).where(Organisation.public_id == public_id, visible_to(actor)))
    if organisation is None:
        raise NotFound
    return organisation


def list_organisations(
    session: Session,
    actor: Actor,
    *,
    filters: Filters,
    sort: Sort = Sort.NEWEST,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Organisation]:
    return paginate(session, _listed(actor, filters, sort), page=page, per_page=per_page)


def each_listed(session: Session, actor: Actor, *, filters: Filters, sort: Sort) -> Iterator[Organisation]:
    """The whole list behind ``list_organisations``."""
    return each(session, _listed(actor, filters, sort))


def each_visible(session: Session, actor: Actor) -> Iterator[Organisation]:
    """Everything this actor may see in whatever state, oldest first."""
    return each(session, select(Organisation).where(visible_to(actor)).order_by(Organisation.id))


def _listed(actor: Actor, filters: Filters, sort: Sort) -> Select[Organisation]:
    statement = select(Organisation).where(visible_to(actor), *_conditions(filters))
    ways = {
        Sort.NEWEST: (Organisation.verified_at.desc(), Organisation.id.desc()),
        Sort.NAME: (Organisation.name, Organisation.id),
    }
    return statement.order_by(*ways[sort])


def own(session: Session, actor: Actor) -> Sequence[tuple[Organisation, Role]]:
    """The organisations the person belongs to, whatever their state, with the role held in each."""
    rows = session.execute(
        select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == actor.user_id)
        .order_by(Membership.id)
    )
    return [(organisation, role) for organisation, role in rows]


def to_review(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[Organisation]:
    """Those that wait for this operator's decision, the longest waiting first."""
    if not actor.is_a(Role.OPERATOR):
        return []
    return session.scalars(
        select(Organisation)
        .where(Organisation.state == OrganisationState.SUBMITTED, Organisation.id.not_in(actor.organisation_ids))
        .order_by(Organisation.submitted_at, Organisation.id)
        .limit(limit)
    ).all()


def owned_and_unfinished(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Own organisations that have still to be handed in for verification."""
    owned = actor.organisations_with(Role.OWNER)
    if not owned:
        return []
    waiting = {state for state in OrganisationState if "submit" in LIFECYCLE.actions_from(state)}
    return session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(owned), Organisation.state.in_(waiting))
        .order_by(Organisation.id)
    ).all()


def viewer_of(session: Session, person: SignedIn) -> Standing:
    return _standing(session, person.user_id)


def grants_of(session: Session, user_id: int) -> frozenset[Grant]:
    """The grants of somebody who is not looking just now: whoever writes to them asks what they may see."""
    return _standing(session, user_id).grants


def _standing(session: Session, user_id: int) -> Standing:
    """Everything the person was granted, in one query: staff roles, and organisations in the order of joining."""
    rows = session.execute(_GRANTS, {"user_id": user_id}).all()
    return Standing(
        frozenset(staff_grant(row.role, row.area) for row in rows if row.organisation_id is None),
        tuple(
            Affiliation(row.organisation_id, row.public_id, row.name, row.role, row.department_id, row.name_en)
            for row in sorted(rows, key=lambda row: row.position)
            if row.organisation_id is not None
        ),
    )


_GRANTS: CompoundSelect[Any] = union_all(
    select(
        StaffGrant.role,
        StaffGrant.area,
        cast(null(), Integer).label("organisation_id"),
        cast(null(), String).label("public_id"),
        cast(null(), String).label("name"),
        cast(null(), String).label("name_en"),
        cast(null(), Integer).label("department_id"),
        literal(0).label("position"),
    ).where(StaffGrant.user_id == bindparam("user_id")),
    select(
        Membership.role,
        literal(""),
        Organisation.id,
        Organisation.public_id,
        Organisation.name,
        Organisation.name_en,
        Membership.department_id,
        Membership.id,
    )
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Membership.user_id == bindparam("user_id")),
)


def names_of(session: Session, organisation_ids: Collection[int]) -> Mapping[int, Named]:
    """By row number, for the lists of other features; nobody's rights are asked here."""
    if not organisation_ids:
        return {}
    rows = session.execute(
        select(
            Organisation.id, Organisation.public_id, Organisation.name, Organisation.name_en, Organisation.state
        ).where(Organisation.id.in_(organisation_ids))
    )
    return {row.id: Named(row.public_id, row.name, row.name_en, row.state) for row in rows}


def load(session: Session, public_ids: Sequence[str]) -> Mapping[str, Organisation]:
    """By public id, for the registry of kinds; nobody's rights are asked here."""
    found = session.scalars(select(Organisation).where(Organisation.public_id.in_(public_ids)))
    return {organisation.public_id: organisation for organisation in found}


def load_visible(session: Session, actor: Actor, public_ids: Sequence[str]) -> Mapping[str, Organisation]:
    """Those of the ids that this actor may see."""
    found = session.scalars(select(Organisation).where(Organisation.public_id.in_(public_ids)))
    return {one.public_id: one for one in found if POLICY["view"](actor, one)}


def public_versions(session: Session) -> Mapping[str, int]:
    """Public id to version of everything that belongs in the index."""
    rows = session.execute(
        select(Organisation.public_id, Organisation.version).where(Organisation.state.in_(PUBLIC_STATES))
    )
    return dict(rows.all())


def departments_of(session: Session, organisation_id: int) -> Sequence[Department]:
    """Open ones first, by name; who may see them is asked by the caller."""
    return session.scalars(
        select(Department)
        .where(Department.organisation_id == organisation_id)
        .order_by(Department.closed_at.is_not(None), Department.name)
    ).all()


def departments_for(session: Session, actor: Actor, organisation_id: int) -> Sequence[Department]:
    """The departments this person may put something in: one's own where one is bound to it."""
    bound = actor.department_in(organisation_id)
    there = [one for one in departments_of(session, organisation_id) if one.closed_at is None]
    return [one for one in there if bound in (None, one.id)]


def get_department(session: Session, organisation: Organisation, public_id: str) -> Department:
    """Raises NotFound; who may deal with it is asked by the caller."""
    department = session.scalar(
        select(Department).where(Department.organisation_id == organisation.id, Department.public_id == public_id)
    )
    if department is None:
        raise NotFound
    return department


def find_department(session: Session, department_id: int | None) -> Department | None:
    return session.get(Department, department_id) if department_id is not None else None


def find_by_code(session: Session, code: str) -> Organisation | None:
    """For imports, the command line and the check of a new code; nobody's rights are asked here."""
    return session.scalar(select(Organisation).where(Organisation.code == normalise(code)))


def is_verified(session: Session, organisation_id: int) -> bool:
    state = session.scalar(select(Organisation.state).where(Organisation.id == organisation_id))
    return state is OrganisationState.VERIFIED


def sole_owner_obstacles(session: Session, actor: Actor) -> Sequence[Message]:
    """The organisations that would be left without an owner, each with what to do."""
    others = aliased(Membership)
    names = session.scalars(
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.role == Role.OWNER,
            ~exists().where(
                others.organisation_id == Organisation.id,
                others.role == Role.OWNER,
                others.user_id != actor.user_id,
                User.id == others.user_id,
                User.disabled_at.is_(None),
            ),
        )
        .order_by(Organisation.id)
    )
    return [say(SOLE_OWNER, name=name) for name in names]


def memberships_as_data(session: Session, actor: Actor) -> list[dict[str, object]]:
    """The person's own memberships, for their copy of their data."""
    rows = session.execute(
        select(Organisation.name, Organisation.code, Membership.role, Membership.joined_at)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == actor.user_id)
        .order_by(Membership.id)
    )
    return [{"name": name, "code": code, "role": str(role), "joined_at": at} for name, code, role, at in rows]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Organisation.state == filters.state]
    if filters.kind:
        conditions.append(Organisation.kind == filters.kind)
    if filters.area:
        conditions.append(Organisation.area == filters.area)
    if filters.qualification and filters.today:
        conditions.append(holds(filters.qualification, filters.today))
    if filters.words:
        conditions.append(
            or_(
                Organisation.name.icontains(filters.words, autoescape=True),
                Organisation.name_en.icontains(filters.words, autoescape=True),
                Organisation.code == normalise(filters.words),
            )
        )
    return conditions
