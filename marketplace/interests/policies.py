"""Who may write and read: the two organisations. An operator sees that there is an interest; its words by reason."""

from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.achievements.lifecycle import PUBLIC_STATES, AchievementState
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import decides, is_member, writes_for_owner
from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, all_of, any_of, has_role
from marketplace.interests.models import Interest


def stands(_actor: Actor, interest: Interest) -> bool:
    """What was taken down is not to be read in what was written about it."""
    return interest.achievement.state is not AchievementState.TAKEN_DOWN


def is_of_seeker(actor: Actor, interest: Interest) -> bool:
    return actor.is_member_of(interest.organisation_id)


def is_of_owner(actor: Actor, interest: Interest) -> bool:
    return is_member(actor, interest.achievement)


def writes_for_seeker(actor: Actor, interest: Interest) -> bool:
    return actor.writes_for(interest.organisation_id)


def writes_as_owner(actor: Actor, interest: Interest) -> bool:
    return writes_for_owner(actor, interest.achievement)


def watches(actor: Actor, interest: Interest) -> bool:
    """An operator who belongs to neither side."""
    return decides(actor, interest.achievement) and not is_of_seeker(actor, interest)


def may_express(actor: Actor, achievement: Achievement) -> bool:
    """Somebody who writes for an organisation, of a listed achievement of another one."""
    is_outside = any(map(actor.writes_for, actor.organisation_ids)) and not is_member(actor, achievement)
    return achievement.state in PUBLIC_STATES and is_outside


POLICY: Policy = {
    "view": all_of(stands, any_of(is_of_seeker, is_of_owner, watches)),
    "see_words": all_of(stands, any_of(is_of_seeker, is_of_owner)),
    "reply": all_of(stands, any_of(writes_for_seeker, writes_as_owner)),
    "close": all_of(stands, any_of(writes_for_seeker, writes_as_owner)),
    "reopen": all_of(stands, writes_for_seeker),
    "inspect": all_of(stands, watches),
}
"""Asked of an interest with its achievement loaded."""

ACHIEVEMENT_RULES: Policy = {"express": may_express, "see_interests": any_of(is_member, decides)}
"""Asked of an achievement."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database; an operator of one of the sides is of that side."""
    standing = select(Achievement.id).where(Achievement.state != AchievementState.TAKEN_DOWN)
    if has_role(Role.OPERATOR)(actor, None):
        return Interest.achievement_id.in_(standing)
    return own_of(actor)


def own_of(actor: Actor) -> ColumnElement[bool]:
    """Of the actor's organisations, on either side."""
    standing = select(Achievement.id).where(Achievement.state != AchievementState.TAKEN_DOWN)
    owned = standing.where(Achievement.organisation_id.in_(actor.organisation_ids))
    is_seeker = Interest.organisation_id.in_(actor.organisation_ids)
    return or_(and_(is_seeker, Interest.achievement_id.in_(standing)), Interest.achievement_id.in_(owned))
