"""Who may do what to an import, and which imports a list may show them: one's own."""

from sqlalchemy import ColumnElement

from marketplace.bulk.models import Import
from marketplace.core.actor import WRITING_ROLES, Actor, Role
from marketplace.core.permissions import Policy


def is_own(actor: Actor, brought: Import) -> bool:
    return actor.is_signed_in and brought.user_id == actor.user_id


def fills_in(actor: Actor, kind: str) -> bool:
    """Things of an organisation by those who write for one; organisations by an operator."""
    if actor.is_a(Role.OPERATOR):
        return True
    return kind != "organisations" and bool(actor.organisations_with(*WRITING_ROLES))


POLICY: Policy = {
    "upload": fills_in,
    "view": is_own,
    "replace": is_own,
    "confirm": is_own,
    "undo": is_own,
    "discard": is_own,
}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    return Import.user_id == actor.user_id
