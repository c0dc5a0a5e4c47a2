"""Who may do what to a message and to its deliveries."""

from sqlalchemy import ColumnElement, false

from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, has_role
from marketplace.notifications.models import Notification


def is_receiver(actor: Actor, notification: Notification) -> bool:
    return actor.is_signed_in and actor.user_id == notification.user_id


POLICY: Policy = {
    "view": is_receiver,
    "mark_read": is_receiver,
    "see_deliveries": has_role(Role.OPERATOR, Role.SUPERVISOR),
    "retry_delivery": has_role(Role.OPERATOR),
}
"""The last two are about everybody's deliveries, as administrators see them."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    return Notification.user_id == actor.user_id if actor.is_signed_in else false()
