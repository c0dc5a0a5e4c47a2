"""``flask policies``, ``flask lifecycles``: who may do what, and what leads where, as the code has it.

The matrix is not written but asked: every rule is put to each kind of person, for a thing in each of its states.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import click

from marketplace.accounts import policies as accounts
from marketplace.accounts.models import User
from marketplace.achievements import lifecycle as achievement_lifecycle
from marketplace.achievements import policies as achievements
from marketplace.achievements.models import Achievement
from marketplace.admin import policies as admin
from marketplace.approvals import lifecycle as approval_lifecycle
from marketplace.approvals import policies as approvals
from marketplace.approvals.models import Approval
from marketplace.bulk import lifecycle as import_lifecycle
from marketplace.bulk import policies as imports
from marketplace.bulk.models import Import
from marketplace.calendar import policies as calendar
from marketplace.challenges import lifecycle as challenge_lifecycle
from marketplace.challenges import policies as challenges
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.core.actor import ANONYMOUS, SYSTEM, Actor, Grant, Role
from marketplace.core.lifecycle import Lifecycle
from marketplace.core.permissions import Policy
from marketplace.core.secrecy import Secrecy
from marketplace.files import lifecycle as file_lifecycle
from marketplace.files import policies as files
from marketplace.files.models import StoredFile
from marketplace.follows import policies as follows
from marketplace.follows.models import Follow
from marketplace.interests import lifecycle as interest_lifecycle
from marketplace.interests import policies as interests
from marketplace.interests.models import Interest
from marketplace.notifications import lifecycle as notification_lifecycle
from marketplace.notifications import policies as notifications
from marketplace.notifications.models import Notification
from marketplace.organisations import lifecycle as organisation_lifecycle
from marketplace.organisations import policies as organisations
from marketplace.organisations.models import Organisation
from marketplace.questions import lifecycle as question_lifecycle
from marketplace.questions import policies as questions
from marketplace.questions.models import Question
from marketplace.settings import policies as settings
from marketplace.tokens import policies as tokens
from marketplace.tokens.models import ApiToken

S = challenge_lifecycle.ChallengeState

OWN, OTHER, AREA = 1, 2, "anting"
ALWAYS, NEVER = "✓", "–"

PEOPLE: Mapping[str, Actor] = {
    "visitor": ANONYMOUS,
    "other editor": Actor(2, grants=frozenset({Grant(Role.EDITOR, OTHER)})),
    "reader": Actor(3, grants=frozenset({Grant(Role.READER, OWN)})),
    "editor": Actor(4, grants=frozenset({Grant(Role.EDITOR, OWN)})),
    "approver": Actor(5, grants=frozenset({Grant(Role.APPROVER, OWN)})),
    "owner": Actor(1, grants=frozenset({Grant(Role.OWNER, OWN)})),
    "area officer": Actor(6, grants=frozenset({Grant(Role.AREA_OFFICER, area=AREA)})),
    "operator": Actor(7, grants=frozenset({Grant(Role.OPERATOR)})),
    "supervisor": Actor(8, grants=frozenset({Grant(Role.SUPERVISOR)})),
    "finance officer": Actor(9, grants=frozenset({Grant(Role.FINANCE_OFFICER)})),
    "system": SYSTEM,
}
"""Whoever the rules tell apart; the thing belongs to organisation ``OWN`` in ``AREA``, an account to ``owner``."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A feature's policy, and its thing in each of the states that matter to the rules."""

    feature: str
    policy: Policy
    things: Mapping[str, Any]


def _in_every_state(states: type[StrEnum], make: Callable[..., Any]) -> dict[str, Any]:
    return {str(state): make(state) for state in states}


def _challenge(state: S, **more: Any) -> Challenge:
    facts = {"disclosure": Disclosure.FULL, "is_anonymous": False} | more
    return Challenge(organisation_id=OWN, area=AREA, state=state, **facts)


_ATTACHED_TO = _challenge(S.OPEN)
FILES: Policy = {
    "see": lambda actor, file: files.may_see(challenges.FILES, actor, _ATTACHED_TO, file),
    "download": lambda actor, file: files.may_download(challenges.FILES, actor, _ATTACHED_TO, file),
}
"""Of a file of an open challenge: a file has the rules of what it belongs to."""

RULED: Sequence[Ruled] = (
    Ruled("settings", settings.POLICY, {"": None}),
    Ruled("calendar", calendar.POLICY, {"": None}),
    Ruled("admin", admin.POLICY, {"": None}),
    Ruled("bulk", imports.POLICY, {"": Import(user_id=PEOPLE["owner"].user_id)}),
    Ruled(
        "files",
        FILES,
        _in_every_state(
            file_lifecycle.ScanState,
            lambda state: StoredFile(uploaded_by=PEOPLE["owner"].user_id, scan=state, secrecy=Secrecy.PUBLIC),
        ),
    ),
    Ruled("accounts", accounts.POLICY, {"": User(id=PEOPLE["owner"].user_id)}),
    Ruled("tokens", tokens.POLICY, {"": ApiToken(user_id=PEOPLE["owner"].user_id)}),
    Ruled(
        "organisations",
        organisations.POLICY,
        _in_every_state(
            organisation_lifecycle.OrganisationState, lambda state: Organisation(id=OWN, area=AREA, state=state)
        ),
    ),
    Ruled("notifications", notifications.POLICY, {"": Notification(user_id=PEOPLE["owner"].user_id)}),
    Ruled(
        "approvals",
        approvals.POLICY,
        _in_every_state(
            approval_lifecycle.ApprovalState, lambda state: Approval(organisation_id=OWN, asked_by=4, state=state)
        ),
    ),
    Ruled(
        "achievements",
        achievements.POLICY,
        _in_every_state(
            achievement_lifecycle.AchievementState,
            lambda state: Achievement(organisation_id=OWN, area=AREA, state=state),
        ),
    ),
    Ruled(
        "challenges",
        challenges.POLICY,
        _in_every_state(challenge_lifecycle.ChallengeState, _challenge)
        | {"open/summary": _challenge(S.OPEN, disclosure=Disclosure.SUMMARY)}
        | {"open/anonymous": _challenge(S.OPEN, is_anonymous=True)},
    ),
    Ruled(
        "interests",
        interests.POLICY,
        _in_every_state(
            interest_lifecycle.InterestState,
            lambda state: Interest(
                organisation_id=OTHER,
                achievement=Achievement(
                    organisation_id=OWN, area=AREA, state=achievement_lifecycle.AchievementState.LISTED
                ),
                state=state,
            ),
        ),
    ),
    Ruled("follows", follows.POLICY, {"": Follow(user_id=PEOPLE["owner"].user_id)}),
    Ruled(
        "questions",
        questions.POLICY,
        _in_every_state(
            question_lifecycle.QuestionState,
            lambda state: Question(asker_id=PEOPLE["other editor"].user_id, challenge=_challenge(S.OPEN), state=state),
        ),
    ),
)
LIFECYCLES: Mapping[str, Lifecycle[Any]] = {
    "organisations": organisation_lifecycle.LIFECYCLE,
    "invitations": organisation_lifecycle.INVITATION,
    "qualifications": organisation_lifecycle.QUALIFICATION,
    "files": file_lifecycle.LIFECYCLE,
    "notifications": notification_lifecycle.LIFECYCLE,
    "approvals": approval_lifecycle.LIFECYCLE,
    "achievements": achievement_lifecycle.LIFECYCLE,
    "challenges": challenge_lifecycle.LIFECYCLE,
    "questions": question_lifecycle.LIFECYCLE,
    "interests": interest_lifecycle.LIFECYCLE,
    "bulk": import_lifecycle.LIFECYCLE,
}


@click.command("policies")
def policies() -> None:
    """Print the permission matrix of every feature as Markdown."""
    for ruled in RULED:
        click.echo(f"## {ruled.feature}\n\n{_matrix(ruled)}\n")


@click.command("lifecycles")
def lifecycles() -> None:
    """Print every table of states as Markdown."""
    for feature, lifecycle in LIFECYCLES.items():
        click.echo(f"## {feature}\n\n{lifecycle.as_markdown()}\n")


def _matrix(ruled: Ruled) -> str:
    lines = [f"| action | {' | '.join(PEOPLE)} |", "|---" * (len(PEOPLE) + 1) + "|"]
    for action in ruled.policy:
        answers = [_answer(ruled, action, actor) for actor in PEOPLE.values()]
        lines.append(f"| {action} | {' | '.join(answers)} |")
    return "\n".join(lines)


def _answer(ruled: Ruled, action: str, actor: Actor) -> str:
    """Always, never, or the states in which this person may."""
    granted = [state for state, thing in ruled.things.items() if ruled.policy[action](actor, thing)]
    if len(granted) == len(ruled.things):
        return ALWAYS
    return ", ".join(granted) or NEVER
