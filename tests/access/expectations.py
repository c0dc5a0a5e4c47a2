"""What each address is expected to answer. A new address stands here or the matrix fails.

``for_anyone()``: whoever asks. ``for_signed_in()``: whoever has an account. ``on("challenge", "edit")``: whoever the
policy of that kind lets see the thing (others: 404) and do the action (others: 403); ``ACTION`` is the one in
the address. ``Expectation(may=…)`` asks the actor alone. ``beside(…)`` adds further values of the address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marketplace.accounts.policies import POLICY as ACCOUNT
from marketplace.achievements.lifecycle import LIFECYCLE as ACHIEVEMENT_LIFE
from marketplace.achievements.policies import POLICY as ACHIEVEMENT
from marketplace.admin.policies import POLICY as ADMIN
from marketplace.approvals.lifecycle import LIFECYCLE as APPROVAL_LIFE
from marketplace.approvals.policies import POLICY as APPROVAL
from marketplace.bulk.policies import POLICY as IMPORT
from marketplace.calendar.policies import POLICY as CALENDAR
from marketplace.challenges.lifecycle import LIFECYCLE as CHALLENGE_LIFE
from marketplace.challenges.policies import POLICY as CHALLENGE
from marketplace.core.actor import Actor, Role
from marketplace.core.lifecycle import Lifecycle
from marketplace.core.permissions import Policy
from marketplace.files.policies import may_download, may_see
from marketplace.interests.policies import ACHIEVEMENT_RULES as BEING_INTERESTED
from marketplace.interests.policies import POLICY as INTEREST
from marketplace.notifications.policies import POLICY as NOTIFICATION
from marketplace.organisations.lifecycle import LIFECYCLE as ORGANISATION_LIFE
from marketplace.organisations.policies import POLICY as ORGANISATION
from marketplace.questions.policies import CHALLENGE_RULES as ASKING
from marketplace.questions.policies import POLICY as QUESTION
from marketplace.settings.policies import POLICY as SETTINGS
from marketplace.tokens.policies import POLICY as TOKEN
from tests.access.world import World

POLICIES: Mapping[str, Policy] = {
    "challenge": {**CHALLENGE, **ASKING},
    "achievement": {**ACHIEVEMENT, **BEING_INTERESTED},
    "organisation": ORGANISATION,
    "approval": APPROVAL,
    "import": IMPORT,
    "file": {
        "view": lambda actor, one: may_see(one.rules, actor, one.thing, one.file),
        "download": lambda actor, one: may_download(one.rules, actor, one.thing, one.file),
        "remove": lambda actor, one: one.rules.attach(actor, one.thing),
    },
    "question": QUESTION,
    "interest": INTEREST,
    "notification": NOTIFICATION,
    "token": TOKEN,
}
ACTION = "<action>"
QUALIFYING = "<step of a qualification>"
Values = Callable[[World, Any], Mapping[str, str]]


@dataclass(frozen=True)
class Expectation:
    """``kind`` None: no thing is named. ``action`` is what the policy is asked; ``may`` asks the actor alone."""

    kind: str | None = None
    action: str = "view"
    may: Callable[[Actor], bool] = lambda _actor: True
    values: Values = lambda _world, _thing: {}
    form: Values = lambda _world, _thing: {}
    """What is posted, where an address can answer nothing without."""
    asks_nobody: bool = False
    """Whoever comes is answered, and nobody is sent to sign in."""
    methods: tuple[str, ...] = ()
    """Only for these; empty for all of the address."""

    def sees(self, actor: Actor, thing: Any) -> bool:
        return self.kind is None or POLICIES[self.kind]["view"](actor, thing)

    def allows(self, actor: Actor, thing: Any, action: str | None) -> bool:
        if not self.may(actor):
            return False
        asked = action if self.action == ACTION else self.action
        if self.action == QUALIFYING:
            asked = "claim_qualification" if action == "remove" else "confirm_qualification"
        return self.kind is None or POLICIES[self.kind][str(asked)](actor, thing)


def for_anyone() -> Expectation:
    return Expectation(asks_nobody=True)


def for_signed_in() -> Expectation:
    return Expectation(may=lambda actor: actor.is_signed_in)


def on(kind: str, action: str = "view") -> Expectation:
    return Expectation(kind, action)


def beside(values: Values, expectation: Expectation) -> Expectation:
    return replace(expectation, values=values)


def _own_reader(world: World, _thing: Any) -> Mapping[str, str]:
    return {"user_id": world.people["own reader"].public_id}


def _a_letter(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"token": "x" * 43}


def _a_dead_letter(world: World, _thing: Any) -> Mapping[str, str]:
    return {"delivery_id": world.dead_letter}


def _writes(actor: Actor) -> bool:
    """Has an organisation to fill things in for."""
    return any(actor.writes_for(one) for one in actor.organisation_ids)


def _is_its_member(actor: Actor) -> bool:
    """Of the organisation whose things the matrix asks for: outsiders are members of none that is known."""
    return any(one > 0 for one in actor.organisation_ids)


def _own_organisation(world: World, _thing: Any) -> Mapping[str, str]:
    return {"organisation": world.organisation.public_id}


def _a_list(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"listing": "own-challenges"}


def _a_setting(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"setting_id": "site-name", "group": "site"}


def _its_department(world: World, organisation: Any) -> Mapping[str, str]:
    return {"department_id": world.departments[organisation.public_id]}


def _its_invitation(world: World, organisation: Any) -> Mapping[str, str]:
    return {"invitation_id": world.invitations[organisation.public_id]}


def _its_qualification(world: World, organisation: Any) -> Mapping[str, str]:
    return {"qualification_id": world.qualifications[organisation.public_id]}


def _an_experts_account(world: World, _thing: Any) -> Mapping[str, str]:
    return {"user_id": world.people["expert"].public_id}


def _as_subject(_world: World, achievement: Any) -> Mapping[str, str]:
    return {"subject": f"achievement:{achievement.public_id}"}


def _a_follow(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"kind": "direction", "subject_id": "membranes", "on": "1"}


def _membrane(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"direction": "membranes"}


def _materials(_world: World, _thing: Any) -> Mapping[str, str]:
    return {"industry": "materials"}


def _of_its_kind(_world: World, thing: Any) -> Mapping[str, str]:
    return {"subject_kind": type(thing).__name__.lower(), "subject_id": thing.public_id}


def _steps(kind: str, lifecycle: Lifecycle[Any]) -> dict[str, Expectation]:
    """The API's actions: one address each, allowed by the policy of the pages."""
    return {f"api_{kind}s.{action}": on(kind, action) for action in lifecycle.actions}


def _sending(form: Mapping[str, str], may: Callable[[Actor], bool] = lambda _actor: True) -> Expectation:
    return Expectation(may=may, form=lambda _world, _thing: form)


def _resource(kind: str, lifecycle: Lifecycle[Any], new: Expectation) -> dict[str, Expectation]:
    """What the API offers of a kind of thing; a change without the present version says that it was allowed."""
    name = f"api_{kind}s"
    return _steps(kind, lifecycle) | {
        f"{name}.index": for_anyone(),
        f"{name}.create": new,
        f"{name}.detail": on(kind),
        f"{name}.replace": on(kind, "edit"),
        f"{name}.change": on(kind, "edit"),
    }


def _an_achievement(_world: World, achievement: Any) -> Mapping[str, str]:
    return {"kind": "achievement", "id": achievement.public_id}


API: dict[str, Expectation] = {
    **_steps("approval", APPROVAL_LIFE),
    "api_approvals.create": Expectation("achievement", "submit", form=_an_achievement),
    "api_approvals.detail": on("approval"),
    "api_approvals.index": for_signed_in(),
    "api_account.me": for_signed_in(),
    "api_achievements.mine": for_signed_in(),
    "api_challenges.mine": for_signed_in(),
    "api_docs.document": for_anyone(),
    "api_docs.page": for_anyone(),
    "api_matches.of_achievement": on("achievement", "see_matches"),
    "api_matches.of_challenge": on("challenge", "see_matches"),
    "api_questions.answer": on("question", "answer"),
    "api_questions.ask": on("challenge", "ask"),
    "api_questions.clarifications": on("challenge"),
    "api_questions.clarify": on("challenge", "clarify"),
    "api_questions.detail": on("question"),
    "api_questions.hide": on("question", "hide"),
    "api_questions.index": on("challenge"),
    "api_search.search": for_anyone(),
    "api_statistics.statistics": for_anyone(),
    "api_taxonomy.index": for_anyone(),
    **_resource("achievement", ACHIEVEMENT_LIFE, _sending({"title": "x"}, _writes)),
    **_resource("challenge", CHALLENGE_LIFE, _sending({"kind": "research", "title": "x"}, _writes)),
    **_resource("organisation", ORGANISATION_LIFE, for_signed_in()),
}

EXPECTED: dict[str, Expectation] = API | {
    "accounts.account": for_signed_in(),
    "accounts.change_password": for_signed_in(),
    "accounts.consent": for_signed_in(),
    "accounts.forgot_password": for_anyone(),
    "accounts.letter_sent": for_anyone(),
    "accounts.login": for_anyone(),
    "accounts.logout": for_signed_in(),
    "accounts.register": for_anyone(),
    "accounts.reset_password": beside(_a_letter, for_anyone()),
    "accounts.verify_email": beside(_a_letter, for_anyone()),
    "achievements.advance": on("achievement", ACTION),
    "achievements.code": on("achievement"),
    "achievements.copy": on("achievement", "copy"),
    "achievements.detail": on("achievement"),
    "achievements.edit": on("achievement", "edit"),
    "achievements.index": for_anyone(),
    "achievements.mine": for_signed_in(),
    "achievements.new": Expectation(may=_writes),
    "approvals.advance": on("approval", ACTION),
    "approvals.ask": Expectation("achievement", "submit", form=_as_subject),
    "approvals.detail": on("approval"),
    "approvals.index": for_signed_in(),
    "approvals.rules": on("organisation", "manage_members"),
    "bulk.advance": on("import", ACTION),
    "bulk.annotated": on("import"),
    "bulk.detail": on("import"),
    "bulk.discard": on("import", "discard"),
    "bulk.export": beside(_a_list, for_signed_in()),
    "bulk.index": for_signed_in(),
    "bulk.replace": on("import", "replace"),
    "bulk.template": for_signed_in(),
    "bulk.upload": for_signed_in(),
    "admin.audit": Expectation(may=lambda actor: ADMIN["see_log"](actor, None)),
    "admin.index": Expectation(may=lambda actor: ADMIN["view"](actor, None)),
    "admin.queues": Expectation(may=lambda actor: ADMIN["see_queues"](actor, None)),
    "admin.retry": Expectation(may=lambda actor: ADMIN["retry"](actor, None)),
    "achievements.official": on("achievement"),
    "calendar.edit": Expectation(may=lambda actor: CALENDAR["change"](actor, None)),
    "calendar.index": Expectation(may=lambda actor: CALENDAR["view"](actor, None)),
    "challenges.advance": on("challenge", ACTION),
    "challenges.choose": for_signed_in(),
    "challenges.code": on("challenge"),
    "challenges.copy": on("challenge", "copy"),
    "challenges.detail": on("challenge"),
    "challenges.edit": on("challenge", "edit"),
    "challenges.index": for_anyone(),
    "challenges.mine": for_signed_in(),
    "challenges.new": Expectation(may=_writes),
    "challenges.official": on("challenge"),
    "discovery.home": for_anyone(),
    "discovery.search": for_anyone(),
    "discovery.workbench": for_signed_in(),
    "factors.ask": for_anyone(),
    "factors.enrol": for_signed_in(),
    "factors.give_up": for_signed_in(),
    "factors.overview": for_signed_in(),
    "factors.renew_codes": for_signed_in(),
    "factors.start": for_signed_in(),
    "files.add": beside(_of_its_kind, on("challenge", "attach")),
    "files.download": on("file", "download"),
    "files.index": beside(_of_its_kind, on("achievement", "attach")),
    "files.remove": on("file", "remove"),
    "follows.change": replace(for_signed_in(), form=_a_follow),
    "follows.index": replace(for_signed_in(), methods=("GET",)),
    "interests.close": on("interest", "close"),
    "interests.detail": on("interest"),
    "interests.express": on("achievement", "express"),
    "interests.index": for_signed_in(),
    "interests.inspect": on("interest", "inspect"),
    "interests.reply": on("interest", "reply"),
    "health.healthz": for_anyone(),
    "health.readyz": for_anyone(),
    "style.index": for_anyone(),
    "invitations.accept": beside(_a_letter, for_signed_in()),
    "invitations.decline": beside(_a_letter, for_anyone()),
    "invitations.detail": beside(_a_letter, for_anyone()),
    "invitations.register": beside(_a_letter, for_anyone()),
    "leaving.erase": for_signed_in(),
    "leaving.export": for_signed_in(),
    "leaving.index": for_signed_in(),
    "notifications.deliveries": Expectation(may=lambda actor: NOTIFICATION["see_deliveries"](actor, None)),
    "notifications.inbox": for_signed_in(),
    "notifications.open_subject": on("notification", "mark_read"),
    "notifications.preferences": for_signed_in(),
    "notifications.read": on("notification", "mark_read"),
    "notifications.read_all": for_signed_in(),
    "log.heads": for_anyone(),
    "log.index": for_anyone(),
    "log.key": for_anyone(),
    "notifications.retry_delivery": beside(
        _a_dead_letter, Expectation(may=lambda actor: NOTIFICATION["retry_delivery"](actor, None))
    ),
    "notifications.retry_kind": Expectation(may=lambda actor: NOTIFICATION["retry_delivery"](actor, None)),
    "members.advance_invitation": beside(_its_invitation, on("organisation", "manage_people")),
    "members.change_role": beside(_own_reader, on("organisation", "manage_people")),
    "members.index": on("organisation", "manage_people"),
    "members.leave": on("organisation", "leave"),
    "members.remove": beside(_own_reader, on("organisation", "manage_people")),
    "metrics.metrics": for_anyone(),
    "organisations.advance": on("organisation", ACTION),
    "organisations.advance_department": beside(_its_department, on("organisation", "manage_members")),
    "organisations.department": beside(_its_department, on("organisation", "manage_members")),
    "organisations.departments": on("organisation", "manage_members"),
    "organisations.detail": on("organisation"),
    "organisations.edit": on("organisation", "edit"),
    "organisations.index": for_anyone(),
    "organisations.new": for_signed_in(),
    "organisations.switch": Expectation(may=_is_its_member, form=_own_organisation),
    "people.advance": beside(_an_experts_account, Expectation(may=lambda actor: actor.is_a(Role.OPERATOR))),
    "people.detail": beside(_an_experts_account, Expectation(may=lambda actor: ACCOUNT["list"](actor, None))),
    "people.grant": beside(_an_experts_account, Expectation(may=lambda actor: actor.is_a(Role.OPERATOR))),
    "people.index": Expectation(may=lambda actor: ACCOUNT["list"](actor, None)),
    "people.revoke": beside(_an_experts_account, Expectation(may=lambda actor: actor.is_a(Role.OPERATOR))),
    "qualifications.advance": beside(_its_qualification, on("organisation", QUALIFYING)),
    "qualifications.commissioner": on("organisation", "assign_commissioner"),
    "qualifications.index": on("organisation", "claim_qualification"),
    "sessions.end": for_signed_in(),
    "sessions.end_all": for_signed_in(),
    "sessions.index": for_signed_in(),
    "settings.detail": beside(_a_setting, Expectation(may=lambda actor: SETTINGS["view"](actor, None))),
    "settings.edit": beside(_a_setting, Expectation(may=lambda actor: SETTINGS["change"](actor, None))),
    "settings.index": Expectation(may=lambda actor: SETTINGS["view"](actor, None)),
    "sittings.begin": for_signed_in(),
    "sittings.send_code": for_signed_in(),
    "questions.answer": on("question", "answer"),
    "questions.ask": replace(on("challenge", "ask"), methods=("POST",)),
    "questions.clarify": on("challenge", "clarify"),
    "questions.detail": on("question"),
    "questions.hide": on("question", "hide"),
    "questions.index": replace(on("challenge"), methods=("GET",)),
    "taxonomy.direction": beside(_membrane, for_anyone()),
    "taxonomy.indicators": beside(_membrane, for_anyone()),
    "taxonomy.index": for_anyone(),
    "taxonomy.industry": beside(_materials, for_anyone()),
    "tokens.index": for_signed_in(),
    "tokens.revoke": on("token", "revoke"),
}
