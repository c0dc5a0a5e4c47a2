"""A database with the actors of the matrix and one thing of each kind in each state, put back after every write."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.services import matter_of
from marketplace.approvals.lifecycle import ApprovalState
from marketplace.bulk.lifecycle import ImportState
from marketplace.bulk.models import Import, ImportFile
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.actor import ANONYMOUS, Actor, Grant, Role
from marketplace.core.registry import FileRules
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.files import parts
from marketplace.files.models import StoredFile
from marketplace.interests.lifecycle import InterestState
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Notification
from marketplace.notifications.services import queue
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Membership, Organisation, OrganisationKind
from marketplace.questions.lifecycle import QuestionState
from marketplace.tokens import bearer
from marketplace.tokens.limits import Rates
from marketplace.tokens.models import ApiToken
from marketplace.web.extensions import EXTENSION_KEY, db
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.achievements import an_achievement
from tests.factories.approvals import a_department, a_request
from tests.factories.challenges import a_challenge
from tests.factories.files import a_file
from tests.factories.interests import an_interest
from tests.factories.organisations import a_membership, a_qualification, an_invitation, an_organisation
from tests.factories.questions import a_question
from tests.factories.tokens import a_token
from tests.journeys.market import AREA, OTHER_AREA, at_present, browser_of, listed_dates, open_dates

VISITOR = "visitor"
MEMBERS = {
    "poster": Role.OWNER,
    "own approver": Role.APPROVER,
    "own editor": Role.EDITOR,
    "own reader": Role.READER,
}
"""Of the organisation whose things the matrix asks for."""
OUTSIDERS = {"another organisation's editor": OrganisationKind.ENTERPRISE, "agent": OrganisationKind.AGENCY}
STAFF = {
    "supervisor": (Role.SUPERVISOR, ""),
    "operator": (Role.OPERATOR, ""),
    "finance officer": (Role.FINANCE_OFFICER, ""),
    "area officer": (Role.AREA_OFFICER, AREA),
    "another area's officer": (Role.AREA_OFFICER, OTHER_AREA),
}
EXPERT = "expert"
"""A person with an account and no organisation: what an expert is outside their panel."""


@dataclass(frozen=True)
class Attached:
    """A file with what its policy asks for."""

    file: StoredFile
    thing: Any
    rules: FileRules

    @property
    def public_id(self) -> str:
        return self.file.public_id


@dataclass
class World:
    """``things``: kind → state → the thing; ``people``, ``actors`` and ``browsers`` by the name in the matrix."""

    app: Flask
    session: Session
    organisation: Organisation
    people: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)
    """Public id of an organisation to that of a department of its own."""
    dead_letter: str = ""
    """Public id of a delivery that was given up."""
    tokens: dict[tuple[str, int | None], str] = field(default_factory=dict)
    """By person and organisation: what their programs ask with; None for those who act for no organisation."""
    invitations: dict[str, str] = field(default_factory=dict)
    """Public id of an organisation to that of an invitation to it."""
    qualifications: dict[str, str] = field(default_factory=dict)
    """Public id of an organisation to that of a qualification that waits to be confirmed."""
    pristine: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    @property
    def _path(self) -> str:
        with self.app.app_context():
            return str(make_url(str(db.engine.url)).database)

    def keep(self) -> None:
        """Remember the database as it is now."""
        with sqlite3.connect(self._path) as source:
            source.backup(self.pristine)

    def token_of(self, name: str, thing: Any) -> str | None:
        """The token of somebody's program that has the most to do with a thing."""
        own = getattr(thing, "organisation_id", None) or getattr(thing, "id", None) or self.organisation.id
        held = [organisation for person, organisation in self.tokens if person == name]
        return self.tokens[name, own if own in held else held[0]] if held else None

    def put_back(self) -> None:
        """Undo whatever a request wrote."""
        with sqlite3.connect(self._path, timeout=30) as target:
            self.pristine.backup(target)


def a_world(app: Flask, session: Session) -> World:
    own = an_organisation(session, name="矩阵膜材料有限公司", area=AREA)
    world = World(app, session, own)
    _people(world)
    world.things = {
        "organisation": dict(_organisations(world)),
        "challenge": dict(_challenges(world)),
        "achievement": dict(_achievements(world)),
        "approval": {},
        "import": dict(_imports(world)),
        "notification": dict(_messages(world)),
    }
    world.dead_letter = _dead_letter(world)
    world.things["approval"] = dict(_approvals(world))
    world.things["file"] = dict(_files(world))
    world.things["question"] = dict(_questions(world))
    world.things["interest"] = dict(_interests(world))
    session.commit()
    world.actors = {name: _actor(world, name) for name in (VISITOR, *world.people)}
    world.browsers = {name: browser_of(app, session, person) for name, person in world.people.items()}
    world.browsers[VISITOR] = app.test_client()
    _programs(world)
    world.keep()
    return world


def _people(world: World) -> None:
    for name in (*MEMBERS, *OUTSIDERS, *STAFF, EXPERT):
        world.people[name] = a_user(world.session, name=f"人 {name}")
    for name, role in MEMBERS.items():
        a_membership(world.session, world.people[name], world.organisation, role)
    for name, kind in OUTSIDERS.items():
        a_membership(world.session, world.people[name], an_organisation(world.session, kind=kind), Role.EDITOR)
    for name, (role, area) in STAFF.items():
        a_staff_grant(world.session, world.people[name], role, area=area)


def _programs(world: World) -> None:
    world.app.config[bearer.RATES] = Rates(per_token=10**6, per_address=10**6)
    for name, person in world.people.items():
        joined = world.session.scalars(select(Membership.organisation_id).where(Membership.user_id == person.id))
        for organisation_id in list(joined) or [None]:
            secret = a_token(world.session, person, organisation_id=organisation_id)
            world.tokens[name, organisation_id] = secret
    editor = world.people["own editor"]
    world.things["token"] = {"held": world.session.query(ApiToken).filter_by(user_id=editor.id).first()}
    world.session.commit()


def _organisations(world: World) -> Iterator[tuple[str, Organisation]]:
    for state in OrganisationState:
        reason = "资料不全" if state in (OrganisationState.REJECTED, OrganisationState.SUSPENDED) else None
        organisation = an_organisation(world.session, state=state, area=AREA, state_reason=reason)
        for name, role in MEMBERS.items():
            a_membership(world.session, world.people[name], organisation, role)
        world.departments[organisation.public_id] = a_department(world.session, organisation).public_id
        invited = an_invitation(world.session, organisation, world.people["poster"])
        world.invitations[organisation.public_id] = invited.public_id
        world.qualifications[organisation.public_id] = a_qualification(world.session, organisation).public_id
        yield str(state), organisation


def _approvals(world: World) -> Iterator[tuple[str, Any]]:
    """Asked for by the editor, decided by the approver."""
    asked_by, decided_by = world.people["own editor"], world.people["own approver"]
    for state in ApprovalState:
        thing = an_achievement(world.session, organisation_id=world.organisation.id, area=AREA)
        is_decided = state in (ApprovalState.RELEASED, ApprovalState.RETURNED, ApprovalState.HANDED_IN)
        facts = {"decided_by": decided_by.id, "decided_at": at_present(), "reason": "请补充"} if is_decided else {}
        yield str(state), a_request(world.session, matter_of(thing), asked_by, state=state, **facts)


def _challenges(world: World) -> Iterator[tuple[str, Any]]:
    for state in ChallengeState:
        yield str(state), a_challenge(world.session, state=state, **_facts(world, state, open_dates(at_present())))


def _achievements(world: World) -> Iterator[tuple[str, Any]]:
    for state in AchievementState:
        yield str(state), an_achievement(world.session, state=state, **_facts(world, state, listed_dates(at_present())))


def _imports(world: World) -> Iterator[tuple[str, Any]]:
    """Brought by the one who edits for the organisation."""
    for state in ImportState:
        brought = Import(
            user_id=world.people["own editor"].id, organisation_id=world.organisation.id, kind="challenges",
            file_name="a.jsonl", state=state, created_at=at_present(), updated_at=at_present(),
            finished_at=at_present(),
        )  # fmt: skip
        world.session.add(brought)
        world.session.flush()
        world.session.add(ImportFile(import_id=brought.id, data=b"{}"))
        yield str(state), brought


def _files(world: World) -> Iterator[tuple[str, Any]]:
    """Of things of their own, so that those of the other kinds have none."""
    rules = world.app.extensions[EXTENSION_KEY].file_rules["challenge"]
    store = world.app.extensions[parts.KEY].store
    for state, secrecy in product(ChallengeState, (Secrecy.PUBLIC, Secrecy.INTERNAL)):
        thing = a_challenge(world.session, state=state, **_facts(world, state, open_dates(at_present())))
        file = a_file(world.session, Subject("challenge", thing.public_id), secrecy=secrecy, store=store)
        yield f"{state} {secrecy}", Attached(file, thing, rules)


def _questions(world: World) -> Iterator[tuple[str, Any]]:
    """Each about the open challenge, asked by somebody outside the matrix."""
    for state in QuestionState:
        yield str(state), a_question(world.session, world.things["challenge"]["open"], state=state)


def _interests(world: World) -> Iterator[tuple[str, Any]]:
    """Each in the listed achievement, of somebody outside the matrix."""
    for state in InterestState:
        yield str(state), an_interest(world.session, world.things["achievement"]["listed"], state=state)


def _messages(world: World) -> Iterator[tuple[str, Notification]]:
    """Of one person; to everybody else they do not exist."""
    for state, read_at in (("unread", None), ("read", at_present())):
        message = Notification(
            user_id=world.people["own editor"].id,
            kind="organisation.verified",
            subject_kind="organisation",
            subject_id=world.organisation.public_id,
            facts={"id": world.organisation.public_id, "title": world.organisation.name},
            created_at=at_present(),
            read_at=read_at,
        )
        world.session.add(message)
        world.session.flush()
        yield state, message


def _dead_letter(world: World) -> str:
    delivery = queue(
        world.session,
        (world.people["own editor"].email, "zh"),
        kind="organisation.verified",
        facts={"id": world.organisation.public_id, "title": world.organisation.name},
        now=at_present(),
    )
    delivery.state = DeliveryState.GIVEN_UP
    world.session.flush()
    return delivery.public_id


def _facts(world: World, state: str, dates: Mapping[str, Any]) -> dict[str, Any]:
    is_dated = state in (ChallengeState.OPEN, ChallengeState.SCHEDULED, AchievementState.LISTED)
    reason = "请补充检测方法" if state in ("returned", "rejected") else None
    facts = {"organisation_id": world.organisation.id, "area": AREA, "state_reason": reason}
    return facts | (dict(dates) if is_dated else {})


def _actor(world: World, name: str) -> Actor:
    """Who the application takes this person for, said again from what they were granted."""
    if name == VISITOR:
        return ANONYMOUS
    person, own = world.people[name], [world.organisation, *world.things["organisation"].values()]
    grants: set[Grant] = set()
    if name in MEMBERS:
        grants = {Grant(MEMBERS[name], organisation_id=one.id) for one in own}
    elif name in OUTSIDERS:
        grants = {Grant(Role.EDITOR, organisation_id=-1)}
    elif name in STAFF:
        role, area = STAFF[name]
        grants = {Grant(role, area=area or None)}
    return Actor(person.id, person.public_id, frozenset(grants))
