"""Who may ask for a release, who gives it, and which requests a list may show them."""

from sqlalchemy import ColumnElement, true

from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.core.actor import Actor, Role
from marketplace.core.approval import Matter
from marketplace.core.permissions import Policy, all_of, any_of, has_role, is_system


def is_member(actor: Actor, thing: Approval | ApprovalRule) -> bool:
    return actor.is_member_of(thing.organisation_id)


def writes_in_its_department(actor: Actor, thing: Approval | Matter) -> bool:
    return actor.writes_in(thing.organisation_id, thing.department_id)


def releases_in_its_department(actor: Actor, approval: Approval) -> bool:
    return actor.releases_in(approval.organisation_id, approval.department_id)


def is_another(actor: Actor, approval: Approval) -> bool:
    """Four eyes: nobody decides over what they have asked for themselves."""
    return actor.user_id != approval.asked_by


def owns(actor: Actor, rule: ApprovalRule) -> bool:
    return actor.owns(rule.organisation_id)


reads_all = has_role(Role.SUPERVISOR)
decides = all_of(releases_in_its_department, is_another)

POLICY: Policy = {
    "ask": writes_in_its_department,
    "view": any_of(is_member, reads_all, is_system),
    "release": decides,
    "return": decides,
    "recall": writes_in_its_department,
    "lapse": is_system,
    "hand_in": is_system,
    "see_rules": any_of(is_member, reads_all),
    "set_rules": any_of(owns, is_system),
}
"""``ask`` is over a thing that has yet to be handed in, the rules' actions over a rule, all others over a request.

``lapse`` and ``hand_in`` follow from what happens to the thing.
"""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.SUPERVISOR) or actor.is_system:
        return true()
    return Approval.organisation_id.in_(actor.organisation_ids)
