"""Who may follow: everybody who is signed in, whatever they may see; and each sees their own follows only."""

from sqlalchemy import ColumnElement

from marketplace.core.actor import Actor
from marketplace.core.permissions import Policy, is_signed_in
from marketplace.follows.models import Follow


def is_own(actor: Actor, follow: Follow) -> bool:
    return actor.is_signed_in and follow.user_id == actor.user_id


POLICY: Policy = {"view": is_own, "follow": is_signed_in, "unfollow": is_signed_in}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    return Follow.user_id == (actor.user_id if actor.is_signed_in else 0)
