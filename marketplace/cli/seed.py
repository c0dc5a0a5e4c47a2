"""Fills an instance with the demo: fictional organisations, people and things, each brought to its state by the steps
that the site knows, at moments before now and with deadlines after it. What is there already stays as it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.accounts import terms
from marketplace.accounts.queries import find_user
from marketplace.achievements import services as achievements
from marketplace.bulk.challenge_rows import CLOSING_TIME
from marketplace.bulk.examination import Candidate, Examination, Order, on_behalf_of
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.writer import remember
from marketplace.challenges import services as challenges
from marketplace.cli.demo_approval import NEED_RELEASE, add_departments, run_approval
from marketplace.cli.demo_people import APPROVER, OPERATOR, PEOPLE, Person, home_of
from marketplace.cli.demo_questions import ask_all
from marketplace.cli.people import actor_by_email
from marketplace.core.actor import SYSTEM, Actor, Role
from marketplace.core.calendar import BEIJING, day_of
from marketplace.organisations import services as organisations
from marketplace.organisations.queries import find_by_code
from marketplace.organisations.services import OrganisationDraft, members
from marketplace.taxonomy.catalogue import Catalogue

FOLDER = Path(__file__).parent / "demo"
OPENED_BEFORE = timedelta(days=60)
"""The accounts are this old. First the organisations registered, then their things came until the day before yesterday;
what is done last is done in the hours before now.
"""
REGISTERED_WITHIN = timedelta(days=26)
SETTLED_AFTER = timedelta(days=28)
THINGS_WITHIN = timedelta(days=30)
BETWEEN_STEPS = timedelta(minutes=40)
PUBLISHED_IN = timedelta(days=3)
MORNING, OFFICE_HOURS = time(9), 8

STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "returned": ("submit", "return"),
    "rejected": ("submit", "reject"),
    "scheduled": ("submit", "schedule"),
    "open": ("submit", "publish"),
    "listed": ("submit", "publish"),
    "withdrawn": ("submit", "publish", "withdraw"),
}
"""How each state is reached."""
VERIFICATION = ("submit", "verify")
NEW = "submitted"
"""State of an organisation that registered today and waits for an operator; all others are verified."""
AUTHORS_STEPS = frozenset({"submit", "withdraw"})
"""Steps of the organisation's own people; all others are an operator's."""
REASONED_STEPS = frozenset({"return", "reject", "withdraw"})


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of thing is written. ``draft`` and ``advance`` are its feature's services."""

    name: str
    singular: str
    draft: Callable[..., Any]
    advance: Callable[..., Any]
    step: Callable[..., Any]


KINDS = (
    Kind(
        "achievements",
        "achievement",
        achievements.draft_achievement,
        achievements.advance_achievement,
        achievements.Step,
    ),
    Kind("challenges", "challenge", challenges.draft_challenge, challenges.advance_challenge, challenges.Step),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of the demo, all that its ``line`` says, and how far along its file it stands: 0 first, 1 last."""

    kind: Kind
    candidate: Candidate
    line: Mapping[str, Any]
    place: float


class Seeding:
    """One loading of the demo in one transaction; ``added`` counts what was not there before."""

    def __init__(self, session: Session, catalogue: Catalogue, password_hash: str, now: datetime) -> None:
        self.added = dict.fromkeys(("accounts", "organisations", *(kind.name for kind in KINDS)), 0)
        self._session = session
        self._catalogue = catalogue
        self._password_hash = password_hash
        self._now = now
        self._start = now - OPENED_BEFORE
        self._settled = self._start + SETTLED_AFTER
        self._places: dict[str, str] = {}
        self._made: dict[str, Any] = {}

    def load(self) -> None:
        candidates = self._candidates("organisations")
        drafts: list[OrganisationDraft] = [one.draft for one in candidates]
        lines = _lines_of("organisations")
        newcomers = {one.draft.code for one in candidates if lines[one.row].get("state") == NEW}
        codes = [(draft.code, draft.kind) for draft in drafts]
        homes = {person: home_of(person, codes) for person in PEOPLE}
        owners = {code: person for person, code in homes.items() if code and person.role is Role.OWNER}
        for person in PEOPLE:
            self._add_person(person)
        for number, draft in enumerate(drafts, start=1):
            if draft.code not in newcomers:
                moment = office_time(self._start + REGISTERED_WITHIN * number / len(drafts))
                self._add_organisation(draft, owners.get(draft.code), VERIFICATION, moment)
        for person, code in homes.items():
            if code and owners[code] is not person:
                self._add_member(person, code, owners[code])
        authors = {self._organisation_id(code): owner for code, owner in owners.items() if code not in newcomers}
        university = find_by_code(self._session, homes[APPROVER] or "")
        if university is not None:
            head = self._actor(authors[university.id])
            self._places = add_departments(self._session, head, university, now=self._settled)
        things = sorted(self._things(), key=lambda thing: thing.place)
        for number, thing in enumerate(things, start=1):
            moment = office_time(self._settled + THINGS_WITHIN * number / (len(things) + 1))
            self._add_thing(thing, authors, moment)
        ask_all(self._session, self._made, self._actor_by_login, now=self._now - 9 * BETWEEN_STEPS)
        for draft in drafts:
            if draft.code in newcomers:
                self._add_organisation(draft, owners.get(draft.code), VERIFICATION[:1], self._now - 7 * BETWEEN_STEPS)
        if university is not None and self._made:
            today = self._now - 5 * BETWEEN_STEPS
            run_approval(self._session, head, self._actor(APPROVER), university, self._made, now=today)

    def _add_person(self, person: Person) -> None:
        if find_user(self._session, person.email) is not None:
            return
        user = accounts.create_user(
            self._session,
            SYSTEM,
            email=person.email,
            name=person.name,
            password_hash=self._password_hash,
            verified=True,
            now=self._start,
        )
        accounts.keep_consent(self._session, user, terms.VERSION, self._start)
        if not person.is_member:
            accounts.grant_staff(self._session, SYSTEM, user, role=person.role, area=person.area, now=self._start)
        self.added["accounts"] += 1

    def _add_organisation(
        self, draft: OrganisationDraft, owner: Person | None, steps: Sequence[str], moment: datetime
    ) -> None:
        if find_by_code(self._session, draft.code) is not None:
            return
        organisation = organisations.found(self._session, self._actor(owner), draft, now=moment)
        for action in steps:
            moment += BETWEEN_STEPS
            person = owner if action in AUTHORS_STEPS else OPERATOR
            organisations.advance(self._session, self._actor(person), organisation, action, now=moment)
        self.added["organisations"] += 1

    def _add_member(self, person: Person, code: str, owner: Person) -> None:
        organisation, user = find_by_code(self._session, code), find_user(self._session, person.email)
        assert organisation is not None
        assert user is not None
        if not self._actor(person).is_member_of(organisation.id):
            members.add_member(
                self._session, self._actor(owner), organisation, user_id=user.id, role=person.role, now=self._settled
            )

    def _add_thing(self, thing: Thing, authors: Mapping[int, Person], moment: datetime) -> None:
        owner_id, external_id = thing.candidate.key
        assert owner_id is not None
        author = self._actor(authors[owner_id]) if owner_id in authors else on_behalf_of(SYSTEM, owner_id)
        place = self._places.get(external_id) if thing.kind.singular == "achievement" else None
        draft = replace(thing.candidate.draft, has_no_state_secrets=True, department=place)
        if "closed_days_ago" in thing.line:
            closed_on = day_of(self._now) - timedelta(days=thing.line["closed_days_ago"])
            draft = replace(draft, wanted_close_at=datetime.combine(closed_on, CLOSING_TIME, BEIJING))
        made = thing.kind.draft(self._session, author, organisation_id=owner_id, draft=draft, now=moment)
        self._made[external_id] = made
        for action in () if external_id in NEED_RELEASE else STEPS[thing.line["state"]]:
            moment += BETWEEN_STEPS
            actor = author if action in AUTHORS_STEPS else self._actor(OPERATOR)
            thing.kind.advance(self._session, actor, made, action, step=self._step(thing, action), now=moment)
        remember(
            self._session,
            kind=thing.kind.singular,
            external_id=external_id,
            organisation_id=owner_id,
            subject_public_id=made.public_id,
            now=moment,
        )
        self.added[thing.kind.name] += 1

    def _step(self, thing: Thing, action: str) -> Any:
        more: dict[str, Any] = {}
        if action == "schedule":
            more["publish_at"] = self._now + PUBLISHED_IN
        if action == "publish" and "expires_in_days" in thing.line:
            more["last_day"] = day_of(self._now) + timedelta(days=thing.line["expires_in_days"])
        return thing.kind.step(reason=thing.line["reason"] if action in REASONED_STEPS else None, **more)

    def _things(self) -> Iterator[Thing]:
        for kind in KINDS:
            candidates, lines = self._new_candidates(kind), _lines_of(kind.name)
            for number, candidate in enumerate(candidates, start=1):
                yield Thing(kind, candidate, lines[candidate.row], place=number / (len(candidates) + 1))

    def _new_candidates(self, kind: Kind) -> list[Candidate]:
        candidates = self._candidates(kind.name)
        there = IMPORTERS[kind.name].already_there(self._session, [one.key for one in candidates])
        return [one for one in candidates if one.key not in there]

    def _candidates(self, name: str) -> list[Candidate]:
        """The rows of one of our own files, which have no faults."""
        order = Order(kind=name, path=FOLDER / f"{name}.jsonl")
        examination = Examination(self._session, SYSTEM, order, self._catalogue, self._now)
        candidates = list(examination.candidates())
        for fault in examination.report.faults:
            raise ValueError(f"{name}.jsonl, line {fault.row}, {fault.column}: {fault.reason}")
        return candidates

    def _organisation_id(self, code: str) -> int:
        organisation = find_by_code(self._session, code)
        assert organisation is not None
        return organisation.id

    def _actor_by_login(self, login: str) -> Actor:
        return self._actor(next(person for person in PEOPLE if person.login == login))

    def _actor(self, person: Person | None) -> Actor:
        return actor_by_email(self._session, person.email, now=self._now) if person else SYSTEM


def office_time(moment: datetime) -> datetime:
    """The same day in Beijing, at an hour when people work; later stays later."""
    local = moment.astimezone(BEIJING)
    midnight = datetime.combine(local.date(), time(0), BEIJING)
    return datetime.combine(local.date(), MORNING, BEIJING) + (local - midnight) * OFFICE_HOURS / 24


def _lines_of(name: str) -> dict[int, dict[str, Any]]:
    """What a file says beside what an import reads, by line."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {number: json.loads(line) for number, line in enumerate(lines, start=1) if line.strip()}
