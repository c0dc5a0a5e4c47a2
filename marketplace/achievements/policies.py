"""Who may do what to an achievement, and which achievements a list may show them."""

from sqlalchemy import ColumnElement, and_, or_, true

from marketplace.achievements.lifecycle import EDITABLE_STATES, PUBLIC_STATES, AchievementState
from marketplace.achievements.models import Achievement
from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, all_of, any_of, has_role, is_system
from marketplace.core.registry import FileRules
from marketplace.core.secrecy import Secrecy
from marketplace.files.models import StoredFile


def is_public(_actor: Actor, achievement: Achievement) -> bool:
    return achievement.state in PUBLIC_STATES


def is_editable(_actor: Actor, achievement: Achievement) -> bool:
    return achievement.state in EDITABLE_STATES


def is_member(actor: Actor, achievement: Achievement) -> bool:
    return actor.is_member_of(achievement.organisation_id)


def writes_for_owner(actor: Actor, achievement: Achievement) -> bool:
    return actor.writes_in(achievement.organisation_id, achievement.department_id)


def is_officer_of_its_area(actor: Actor, achievement: Achievement) -> bool:
    """Not of what was taken down: it is read by as few as possible."""
    return achievement.area in actor.areas and achievement.state is not AchievementState.TAKEN_DOWN


def was_public(_actor: Actor, achievement: Achievement) -> bool:
    """Taken down when everybody could read it, so that it has what the public state needs."""
    return achievement.published_at is not None and achievement.listed_until is not None


def may_be_copied(_actor: Actor, achievement: Achievement) -> bool:
    """What an operator took down is not to come back as a copy."""
    return achievement.state is not AchievementState.TAKEN_DOWN


is_operator = has_role(Role.OPERATOR)


def decides(actor: Actor, achievement: Achievement) -> bool:
    """An operator, but never over what their own organisation has handed in."""
    return is_operator(actor, achievement) and not is_member(actor, achievement)


reads_all = has_role(Role.OPERATOR, Role.SUPERVISOR)
is_close = any_of(is_member, reads_all, is_officer_of_its_area)

POLICY: Policy = {
    "view": any_of(is_public, is_close, is_system),
    "see_matches": any_of(is_member, reads_all),
    "see_history": is_close,
    "attach": all_of(writes_for_owner, is_editable),
    "edit": all_of(writes_for_owner, is_editable),
    "copy": all_of(writes_for_owner, may_be_copied),
    "submit": writes_for_owner,
    "recall": writes_for_owner,
    "withdraw": any_of(writes_for_owner, is_operator),
    "renew": any_of(writes_for_owner, is_operator),
    "return": decides,
    "reject": decides,
    "schedule": decides,
    "publish": any_of(decides, is_system),
    "takedown": is_operator,
    "restore": all_of(decides, was_public),
    "import_publish": any_of(is_operator, is_system),
    "expire": is_system,
}


def reads_file(actor: Actor, achievement: Achievement, file: StoredFile) -> bool:
    """What is not public stays with those close to it. Of what was taken down nobody but staff has the files."""
    if achievement.state is AchievementState.TAKEN_DOWN:
        return reads_all(actor, achievement)
    is_for_all = file.secrecy is Secrecy.PUBLIC and is_public(actor, achievement)
    return is_for_all or is_close(actor, achievement)


FILES = FileRules(kind="achievement", attach=POLICY["attach"], read=reads_file, side="owner")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.OPERATOR, Role.SUPERVISOR) or actor.is_system:
        return true()
    # Not IN, which SQLAlchemy spells out anew each time the statement is run.
    ways: list[ColumnElement[bool]] = [Achievement.state == state for state in PUBLIC_STATES]
    if actor.organisation_ids:
        ways.append(Achievement.organisation_id.in_(actor.organisation_ids))
    if actor.areas:
        ways.append(and_(Achievement.area.in_(actor.areas), Achievement.state != AchievementState.TAKEN_DOWN))
    return or_(*ways)
