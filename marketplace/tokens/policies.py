"""Who may see, make and revoke a token."""

from sqlalchemy import ColumnElement, false, true

from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, any_of, has_role, is_signed_in, is_system
from marketplace.tokens.models import ApiToken


def is_own(actor: Actor, token: ApiToken) -> bool:
    return actor.is_signed_in and actor.user_id == token.user_id


is_operator = has_role(Role.OPERATOR)

POLICY: Policy = {
    "view": any_of(is_own, is_operator, is_system),
    "create": any_of(is_signed_in, is_system),
    "revoke": any_of(is_own, is_operator, is_system),
}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.OPERATOR) or actor.is_system:
        return true()
    return ApiToken.user_id == actor.user_id if actor.is_signed_in else false()
