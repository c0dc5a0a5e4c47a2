"""Who may do what to an organisation, and which organisations a list may show them."""

from sqlalchemy import ColumnElement, or_, true

from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, all_of, any_of, has_role, is_signed_in, is_system
from marketplace.organisations.lifecycle import EDITABLE_STATES, IDENTITY_STATES, PUBLIC_STATES
from marketplace.organisations.models import Organisation


def is_public(_actor: Actor, organisation: Organisation) -> bool:
    return organisation.state in PUBLIC_STATES


def is_editable(_actor: Actor, organisation: Organisation) -> bool:
    return organisation.state in EDITABLE_STATES


def is_not_yet_verified(_actor: Actor, organisation: Organisation) -> bool:
    return organisation.state in IDENTITY_STATES


def is_member(actor: Actor, organisation: Organisation) -> bool:
    return actor.is_member_of(organisation.id)


def is_outsider(actor: Actor, organisation: Organisation) -> bool:
    """Nobody verifies, or blocks, an organisation of their own."""
    return not actor.is_member_of(organisation.id)


def is_owner(actor: Actor, organisation: Organisation) -> bool:
    return actor.owns(organisation.id)


def is_officer_of_its_area(actor: Actor, organisation: Organisation) -> bool:
    return organisation.area is not None and organisation.area in actor.areas


is_operator = has_role(Role.OPERATOR)
reads_all = has_role(Role.OPERATOR, Role.SUPERVISOR)
decides = any_of(all_of(is_operator, is_outsider), is_system)

POLICY: Policy = {
    "view": any_of(is_public, is_member, is_officer_of_its_area, reads_all, is_system),
    "found": any_of(is_signed_in, is_system),
    "edit": any_of(all_of(is_owner, is_editable), is_operator, is_system),
    "edit_identity": any_of(all_of(is_owner, is_not_yet_verified), is_operator, is_system),
    "see_members": any_of(is_member, reads_all),
    "see_history": any_of(is_member, is_officer_of_its_area, reads_all),
    "manage_members": any_of(is_owner, is_system),
    "manage_people": any_of(is_owner, all_of(is_operator, is_outsider), is_system),
    "leave": is_member,
    "claim_qualification": any_of(all_of(is_owner, is_editable), all_of(is_operator, is_outsider)),
    "confirm_qualification": all_of(is_operator, is_outsider),
    "see_claims": any_of(is_member, is_officer_of_its_area, reads_all),
    "assign_commissioner": any_of(is_officer_of_its_area, is_operator),
    "see_commissioner": any_of(is_member, is_officer_of_its_area, reads_all),
    "submit": any_of(is_owner, is_system),
    "verify": decides,
    "reject": decides,
    "suspend": decides,
    "reinstate": decides,
}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.OPERATOR, Role.SUPERVISOR) or actor.is_system:
        return true()
    # Not IN, which SQLAlchemy spells out anew each time the statement is run.
    ways: list[ColumnElement[bool]] = [Organisation.state == state for state in PUBLIC_STATES]
    if actor.organisation_ids:
        ways.append(Organisation.id.in_(actor.organisation_ids))
    if actor.areas:
        ways.append(Organisation.area.in_(actor.areas))
    return or_(*ways)
