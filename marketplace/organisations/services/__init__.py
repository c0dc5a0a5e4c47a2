"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor, Role
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import Message, _
from marketplace.organisations import credit_code, queries
from marketplace.organisations.lifecycle import LIFECYCLE, REASON_NEEDED, OrganisationState
from marketplace.organisations.models import Department, Membership, Organisation, OrganisationKind, SizeClass
from marketplace.organisations.policies import POLICY
from marketplace.organisations.services.members import NOT_YOUR_DEPARTMENT
from marketplace.organisations.services.recording import changed

MAX_NAME_CHARACTERS = 120
MAX_REASON_CHARACTERS = 500
MAX_DEPARTMENT_CHARACTERS = 80
IDENTITY = ("code", "name", "kind")

NAME_ASKED = _("请填写单位全称，与登记证书一致，最多 120 个字。")
CODE_TAKEN = _("这个代码已有单位登记。请向该单位的负责人申请加入，或联系运营专员。")
WEBSITE_WRONG = _("网址请以 http:// 或 https:// 开头。")
IDENTITY_FIXED = _("认证后的名称、代码和类型由运营专员更改，请联系他们。")
SIZE_ASKED = _("企业提交认证前请填写规模（大型、中型、小型、微型）。")
REASON_ASKED = _("请写明理由，单位会看到；最多 500 个字。")
NOT_VERIFIED = _("单位通过认证后才能做这一步。请在单位页面提交认证，或等待审核。")
DEPARTMENT_ASKED = _("请填写部门名称，最多 80 个字。")
DEPARTMENT_TAKEN = _("本单位已有同名的部门。")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDraft:
    """An organisation as typed; ``code`` in any spelling. ``area`` is a code of the taxonomy, None outside it."""

    code: str
    name: str
    kind: OrganisationKind
    name_en: str | None = None
    size: SizeClass | None = None
    area: str | None = None
    address: str | None = None
    website: str | None = None
    introduction: str | None = None
    introduction_en: str | None = None


def found(
    session: Session, actor: Actor, draft: OrganisationDraft, *, now: datetime, with_owner: bool = True
) -> Organisation:
    """Register an organisation; the person who does becomes its owner, unless it is done for others.

    The system founds without an owner."""
    authorize(POLICY, "found", actor, None)
    _check_draft(draft)
    organisation = Organisation(created_at=now, state=LIFECYCLE.initial)

    def add() -> None:
        _fill(organisation, draft)
        session.add(organisation)

    _keeping_codes_apart(session, organisation, draft, add)
    if actor.is_signed_in and with_owner:
        session.add(Membership(user_id=actor.user_id, organisation_id=organisation.id, role=Role.OWNER, joined_at=now))
    as_owner = {"as": "system" if actor.is_system else str(Role.OWNER if with_owner else Role.OPERATOR)}
    changed(session, actor, organisation, "found", now, **as_owner)
    return organisation


def revise(
    session: Session, actor: Actor, organisation: Organisation, draft: OrganisationDraft, *, version: int, now: datetime
) -> Organisation:
    """Replace the facts of an organisation; ``version`` is the one the person was looking at."""
    authorize(POLICY, "edit", actor, organisation)
    if organisation.version != version:
        raise Conflict
    _check_draft(draft)
    fields = _differences(organisation, draft)
    if set(fields) & set(IDENTITY) and not POLICY["edit_identity"](actor, organisation):
        raise Invalid({name: IDENTITY_FIXED for name in IDENTITY if name in fields})
    if fields:
        _keeping_codes_apart(session, organisation, draft, lambda: _fill(organisation, draft))
        changed(session, actor, organisation, "edit", now, fields=fields)
    return organisation


def advance(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    action: str,
    *,
    now: datetime,
    reason: str | None = None,
    version: int | None = None,
) -> Organisation:
    """Take one step of the verification, if the table and the policy both agree."""
    authorize(POLICY, action, actor, organisation)
    if version is not None and organisation.version != version:
        raise Conflict
    target = LIFECYCLE.target(action, organisation.state)
    if (action in REASON_NEEDED and not reason) or len(reason or "") > MAX_REASON_CHARACTERS:
        raise Invalid({"reason": REASON_ASKED})
    if target is OrganisationState.SUBMITTED:
        _check_submission(organisation)
        organisation.submitted_at = now
    if action == "verify":
        organisation.verified_at = now
    organisation.state, organisation.state_reason = target, reason
    changed(session, actor, organisation, action, now, **({"reason": reason} if reason else {}))
    return organisation


def must_be_verified(session: Session, organisation_id: int) -> None:
    """Raise unless the organisation may post and answer."""
    if not queries.is_verified(session, organisation_id):
        raise Conflict(NOT_VERIFIED)


def add_department(
    session: Session, actor: Actor, organisation: Organisation, *, name: str, name_en: str | None, now: datetime
) -> Department:
    authorize(POLICY, "manage_members", actor, organisation)
    department = Department(organisation_id=organisation.id, created_at=now, name="")
    _name_department(session, organisation, department, name, name_en)
    changed(session, actor, organisation, "add_department", now, department=department.public_id)
    return department


def rename_department(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    department: Department,
    *,
    name: str,
    name_en: str | None,
    now: datetime,
) -> Department:
    authorize(POLICY, "manage_members", actor, organisation)
    _name_department(session, organisation, department, name, name_en)
    changed(session, actor, organisation, "rename_department", now, department=department.public_id)
    return department


def close_department(
    session: Session, actor: Actor, organisation: Organisation, department: Department, *, now: datetime
) -> None:
    """It takes no new people and things; what it has, it keeps."""
    authorize(POLICY, "manage_members", actor, organisation)
    if department.closed_at is None:
        department.closed_at = now
        changed(session, actor, organisation, "close_department", now, department=department.public_id)


def reopen_department(
    session: Session, actor: Actor, organisation: Organisation, department: Department, *, now: datetime
) -> None:
    authorize(POLICY, "manage_members", actor, organisation)
    if department.closed_at is not None:
        department.closed_at = None
        changed(session, actor, organisation, "reopen_department", now, department=department.public_id)


def department_of(
    session: Session, actor: Actor, organisation_id: int, wanted: str | None, *, present: int | None = None
) -> int | None:
    """The department that something of this person belongs to, by the one that was asked for (its public id).

    Who is bound to a department puts things there and nowhere else; what lies in a closed one (``present``) may stay.
    """
    bound = actor.department_in(organisation_id)
    if wanted is None:
        return bound
    for one in queries.departments_of(session, organisation_id):
        if one.public_id == wanted and bound in (None, one.id) and (one.closed_at is None or one.id == present):
            return one.id
    raise Invalid({"department": NOT_YOUR_DEPARTMENT})


def _check_draft(draft: OrganisationDraft) -> None:
    faults: dict[str, Message | str] = {}
    if not 0 < len(draft.name.strip()) <= MAX_NAME_CHARACTERS or not draft.name.isprintable():
        faults["name"] = NAME_ASKED
    if fault := credit_code.check(credit_code.normalise(draft.code)):
        faults["code"] = fault
    if draft.website and not draft.website.startswith(("http://", "https://")):
        faults["website"] = WEBSITE_WRONG
    if faults:
        raise Invalid(faults)


def _check_submission(organisation: Organisation) -> None:
    if organisation.kind is OrganisationKind.ENTERPRISE and organisation.size is None:
        raise Invalid({"size": SIZE_ASKED})


def _name_department(
    session: Session, organisation: Organisation, department: Department, name: str, name_en: str | None
) -> None:
    name = name.strip()
    if not 0 < len(name) <= MAX_DEPARTMENT_CHARACTERS or not name.isprintable():
        raise Invalid({"name": DEPARTMENT_ASKED})
    others = queries.departments_of(session, organisation.id)
    if any(one.name == name and one is not department for one in others):
        raise Invalid({"name": DEPARTMENT_TAKEN})
    department.name, department.name_en = name, name_en
    session.add(department)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(DEPARTMENT_TAKEN) from error


def _values(draft: OrganisationDraft) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(draft, name) for name in OrganisationDraft.__dataclass_fields__}
    return values | {"code": credit_code.normalise(draft.code), "name": draft.name.strip()}


def _fill(organisation: Organisation, draft: OrganisationDraft) -> None:
    for name, value in _values(draft).items():
        setattr(organisation, name, value)


def _differences(organisation: Organisation, draft: OrganisationDraft) -> list[str]:
    return [name for name, value in _values(draft).items() if getattr(organisation, name) != value]


def _keeping_codes_apart(
    session: Session, organisation: Organisation, draft: OrganisationDraft, write: Callable[[], None]
) -> None:
    """Write under a savepoint: of two who register one code at the same moment, the second is told."""
    try:
        with session.begin_nested():
            write()
    except IntegrityError as error:
        holder = queries.find_by_code(session, draft.code)
        if holder is None or holder is organisation:
            raise
        raise Invalid({"code": CODE_TAKEN}) from error
