"""What the API should answer, told from the policies of the pages."""

from typing import Any

from marketplace.accounts.standing import SignedIn, acting
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.lifecycle import Lifecycle
from marketplace.core.permissions import Policy
from marketplace.organisations.queries import viewer_of
from tests.journeys.market import Market, at_present


def grants_of(market: Market, who: str) -> Actor:
    """Somebody of the market with the rights that they have in a browser."""
    if who == "visitor":
        return ANONYMOUS
    user, moment = market.people[who], at_present()
    person = SignedIn(0, user.id, user.public_id, user.name, None, moment, moment)
    return acting(person, viewer_of(market.session, person))


def expected_status(policy: Policy, lifecycle: Lifecycle[Any], actor: Actor, thing: Any, action: str) -> int:
    """With a version that is not the present one: 412 says that the step itself was allowed."""
    assert action in lifecycle.actions
    if not actor.is_signed_in:
        return 401
    if not policy["view"](actor, thing):
        return 404
    return 412 if policy[action](actor, thing) else 403
