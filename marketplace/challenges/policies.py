"""Who may do what to a challenge, and which challenges a list may show them."""

from sqlalchemy import ColumnElement, and_, or_, true

from marketplace.challenges.lifecycle import EDITABLE_STATES, PUBLIC_STATES, ChallengeState
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, all_of, any_of, has_role, is_system
from marketplace.core.registry import FileRules
from marketplace.core.secrecy import Secrecy
from marketplace.files.models import StoredFile


def is_public(_actor: Actor, challenge: Challenge) -> bool:
    return challenge.state in PUBLIC_STATES


def is_editable(_actor: Actor, challenge: Challenge) -> bool:
    return challenge.state in EDITABLE_STATES


def is_told_in_full(_actor: Actor, challenge: Challenge) -> bool:
    return challenge.state in PUBLIC_STATES and challenge.disclosure is Disclosure.FULL


def is_named(_actor: Actor, challenge: Challenge) -> bool:
    return challenge.state in PUBLIC_STATES and not challenge.is_anonymous


def is_member(actor: Actor, challenge: Challenge) -> bool:
    return actor.is_member_of(challenge.organisation_id)


def writes_for_poster(actor: Actor, challenge: Challenge) -> bool:
    return actor.writes_in(challenge.organisation_id, challenge.department_id)


def is_officer_of_its_area(actor: Actor, challenge: Challenge) -> bool:
    """Not of what was taken down: it is read by as few as possible."""
    return challenge.area in actor.areas and challenge.state is not ChallengeState.TAKEN_DOWN


def was_public(_actor: Actor, challenge: Challenge) -> bool:
    """Taken down when everybody could read it, so that it has what the public state needs."""
    return challenge.published_at is not None and challenge.bids_close_at is not None


def may_be_copied(_actor: Actor, challenge: Challenge) -> bool:
    """What an operator took down is not to come back as a copy."""
    return challenge.state is not ChallengeState.TAKEN_DOWN


is_operator = has_role(Role.OPERATOR)


def decides(actor: Actor, challenge: Challenge) -> bool:
    """An operator, but never over what their own organisation has handed in."""
    return is_operator(actor, challenge) and not is_member(actor, challenge)


reads_all = has_role(Role.OPERATOR, Role.SUPERVISOR)
is_close = any_of(is_member, reads_all, is_officer_of_its_area)

POLICY: Policy = {
    "view": any_of(is_public, is_close, is_system),
    "see_details": any_of(is_told_in_full, is_close, is_system),
    "see_poster": any_of(is_named, is_close, is_system),
    "see_matches": any_of(is_member, reads_all),
    "see_history": is_close,
    "attach": all_of(writes_for_poster, is_editable),
    "edit": all_of(writes_for_poster, is_editable),
    "copy": all_of(writes_for_poster, may_be_copied),
    "submit": writes_for_poster,
    "recall": writes_for_poster,
    "withdraw": any_of(writes_for_poster, is_operator),
    "return": decides,
    "reject": decides,
    "schedule": decides,
    "publish": any_of(decides, is_system),
    "takedown": is_operator,
    "restore": all_of(decides, was_public),
    "extend": decides,
    "import_publish": any_of(is_operator, is_system),
}


def reads_file(actor: Actor, challenge: Challenge, file: StoredFile) -> bool:
    """Files are details; what is not public, or could tell who posts anonymously, stays with those close to it.

    Of what was taken down nobody but staff has the files.
    """
    if challenge.state is ChallengeState.TAKEN_DOWN:
        return reads_all(actor, challenge)
    is_harmless = file.is_stripped or not challenge.is_anonymous
    is_for_all = file.secrecy is Secrecy.PUBLIC and is_harmless and is_told_in_full(actor, challenge)
    return is_for_all or is_close(actor, challenge)


FILES = FileRules(
    kind="challenge",
    attach=POLICY["attach"],
    read=reads_file,
    is_blind=lambda challenge: bool(challenge.is_anonymous),
    side="poster",
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same answer as POLICY["view"], asked of the database."""
    if actor.is_a(Role.OPERATOR, Role.SUPERVISOR) or actor.is_system:
        return true()
    # Not IN, which SQLAlchemy spells out anew each time the statement is run.
    ways: list[ColumnElement[bool]] = [Challenge.state == state for state in PUBLIC_STATES]
    if actor.organisation_ids:
        ways.append(Challenge.organisation_id.in_(actor.organisation_ids))
    if actor.areas:
        ways.append(and_(Challenge.area.in_(actor.areas), Challenge.state != ChallengeState.TAKEN_DOWN))
    return or_(*ways)
