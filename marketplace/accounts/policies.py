"""Who may do what to an account."""

from sqlalchemy import ColumnElement, false, true

from marketplace.accounts.models import User
from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, all_of, any_of, has_role, is_system


def is_oneself(actor: Actor, user: User) -> bool:
    return actor.is_signed_in and actor.user_id == user.id


def is_another(actor: Actor, user: User) -> bool:
    """Nobody gives roles to themselves."""
    return actor.user_id != user.id


is_operator = has_role(Role.OPERATOR)
reads_all = has_role(Role.OPERATOR, Role.SUPERVISOR)

POLICY: Policy = {
    "view": any_of(is_oneself, reads_all, is_system),
    "list": reads_all,
    "edit": is_oneself,
    "change_password": is_oneself,
    "end_sessions": is_oneself,
    "set_up_factor": is_oneself,
    "export": is_oneself,
    "erase": is_oneself,
    "reset_factor": all_of(any_of(is_operator, is_system), is_another),
    "block": all_of(is_operator, is_another),
    "unblock": all_of(is_operator, is_another),
    "end_sessions_of": all_of(is_operator, is_another),
    "create": any_of(is_operator, is_system),
    "grant": all_of(any_of(is_operator, is_system), is_another),
    "revoke": all_of(any_of(is_operator, is_system), is_another),
}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.OPERATOR, Role.SUPERVISOR) or actor.is_system:
        return true()
    return User.id == actor.user_id if actor.is_signed_in else false()
