"""The rows that are measured: generated from one seed, spread over directions, areas, kinds, amounts and dates."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, Table, insert
from sqlalchemy.orm import Session

from bench.words import METHODS, PLACES, PROPERTIES, TRADES, UNITS, Writer
from marketplace.accounts.models import User, UserSession
from marketplace.accounts.tokens import fingerprint
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement, AchievementCooperation, Figure
from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Disclosure, Indicator
from marketplace.core.actor import Role
from marketplace.core.db import Base
from marketplace.core.money import FEN_PER_WAN
from marketplace.core.public_id import ALPHABET, LENGTH
from marketplace.core.transaction import writing
from marketplace.organisations.credit_code import check_digit, inner_check_digit
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Membership, Organisation, OrganisationKind, SizeClass
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import Cooperation
from marketplace.tokens.models import ApiToken

SEED = 20260601
BATCH = 2_000
TOKEN = "bench"
CHALLENGES_PER_ORGANISATION = 40
INDICATORS_EACH = 3
PUBLISHED_SHARE = 0.94
UNPUBLISHED = (ChallengeState.DRAFT, ChallengeState.SUBMITTED, ChallengeState.RETURNED, ChallengeState.WITHDRAWN)
UNLISTED = (AchievementState.DRAFT, AchievementState.SUBMITTED, AchievementState.RETURNED, AchievementState.WITHDRAWN)
BUDGETS_WAN = (None, 0, 0, 20, 50, 80, 120, 200, 300, 480, 650, 1000, 2000)
PRICES_WAN = (None, None, 30, 60, 100, 150, 300, 800)

Row = dict[str, Any]
Rows = Iterator[tuple[type[Any], Row]]


class Generator:
    """Everything of one instance, table by table, in the order in which it is inserted."""

    def __init__(self, catalogue: Catalogue, size: int, now: datetime) -> None:
        self.random = Random(SEED)
        self.writer = Writer(self.random, catalogue)
        self.size, self.now = size, now
        self.organisations = max(4, size // CHALLENGES_PER_ORGANISATION)
        self._directions = [one.code for one in catalogue.directions]
        self._areas = [one.code for one in catalogue.areas]

    def parts(self) -> list[Callable[[], Rows]]:
        return [self.organisation_rows, self.person_rows, self.challenge_rows, self.achievement_rows]

    def organisation_rows(self) -> Rows:
        choose = self.random.choice
        for number in range(1, self.organisations + 1):
            yield (
                Organisation,
                {
                    "id": number,
                    "public_id": self._public_id(),
                    "code": _credit_code(number),
                    "name": f"{choose(PLACES)}{choose(TRADES)}{number}有限公司",
                    "kind": choose(list(OrganisationKind)),
                    "size": choose(list(SizeClass)),
                    "area": choose(self._areas),
                    "state": OrganisationState.VERIFIED,
                    "created_at": self._past(900),
                    "verified_at": self._past(800),
                },
            )

    def person_rows(self) -> Rows:
        """One person, owner of the first organisation, signed in with ``TOKEN``, as is their program."""
        facts = {"public_id": self._public_id(), "email": "bench@example.com", "name": "测量员", "password_hash": "-"}
        yield User, {"id": 1, "created_at": self.now, "email_verified_at": self.now, **facts}
        yield Membership, {"user_id": 1, "organisation_id": 1, "role": Role.OWNER, "joined_at": self.now}
        session = {"token_hash": fingerprint(TOKEN), "user_id": 1, "started_at": self.now, "seen_at": self.now}
        yield UserSession, session
        token = {"token_hash": fingerprint(TOKEN), "user_id": 1, "organisation_id": 1, "name": "测量"}
        yield ApiToken, token | {"scopes": ["challenges:read"], "public_id": self._public_id(), "created_at": self.now}

    def challenge_rows(self) -> Rows:
        for number in range(1, self.size + 1):
            yield Challenge, self._challenge(number)
            for position in range(INDICATORS_EACH):
                yield Indicator, self._indicator(number, position)

    def achievement_rows(self) -> Rows:
        for number in range(1, self.size // 2 + 1):
            modes = self.random.sample(list(Cooperation), 2)
            yield Achievement, {**self._achievement(number), "cooperation": [str(mode) for mode in modes]}
            yield (
                Figure,
                {"achievement_id": number, "position": 0, "name": self.random.choice(PROPERTIES), "value": "0.072"},
            )
            for mode in modes:
                yield AchievementCooperation, {"achievement_id": number, "mode": mode}

    def _challenge(self, number: int) -> Row:
        choose, subjects, row = self.random.choice, *self._subject_and_facts(number)
        is_open = self.random.random() < PUBLISHED_SHARE
        published_at = self._past(730)
        dates = {
            "publish_at": published_at,
            "published_at": published_at,
            "bids_close_at": published_at + timedelta(days=self.random.randint(20, 120)),
            "number": f"JB-2026-{number:06d}",
        }
        budget_wan = choose(BUDGETS_WAN)
        return row | {
            "kind": choose(list(ChallengeKind)),
            "background": self.writer.text(subjects[0], 120),
            "problem": self.writer.text(subjects[0], 220),
            "scope": self.writer.agenda(),
            "budget_fen": None if budget_wan is None else budget_wan * FEN_PER_WAN,
            "months": choose((6, 12, 18, 24, 36)),
            "readiness_wanted": self.random.randint(2, 7),
            "cooperation": [str(choose(list(Cooperation)))],
            "is_anonymous": self.random.random() < 0.1,
            "disclosure": Disclosure.SUMMARY if self.random.random() < 0.2 else Disclosure.FULL,
            "state": ChallengeState.OPEN if is_open else choose(UNPUBLISHED),
            **(dates if is_open else dict.fromkeys(dates)),
        }

    def _achievement(self, number: int) -> Row:
        choose, subjects, row = self.random.choice, *self._subject_and_facts(number)
        is_listed = self.random.random() < PUBLISHED_SHARE
        published_at = self._past(330)
        dates = {
            "publish_at": published_at,
            "published_at": published_at,
            "listed_until": published_at + timedelta(days=365),
            "number": f"CG-2026-{number:06d}",
        }
        price_wan = choose(PRICES_WAN)
        return row | {
            "description": self.writer.text(subjects[0], 260),
            "readiness": self.random.randint(2, 9),
            "inventors": ["林远", "周一平"],
            "price_min_fen": None if price_wan is None else price_wan * FEN_PER_WAN,
            "patents": ["ZL202310123456.7"],
            "state": AchievementState.LISTED if is_listed else choose(UNLISTED),
            **(dates if is_listed else dict.fromkeys(dates)),
        }

    def _subject_and_facts(self, number: int) -> tuple[list[str], Row]:
        """What both sides of the market have in common."""
        direction = self.random.choice(self._directions)
        subjects = self.writer.subjects(direction)
        moment = self._past(730)
        return subjects, {
            "id": number,
            "public_id": self._public_id(),
            "organisation_id": self.random.randint(1, self.organisations),
            "title": self.writer.title(subjects[0]),
            "summary": self.writer.text(subjects[0], 60),
            "direction": direction,
            "topics": subjects,
            "area": self.random.choice(self._areas),
            "has_no_state_secrets": True,
            "created_at": moment,
            "updated_at": moment,
            "submitted_at": moment,
        }

    def _indicator(self, challenge_id: int, position: int) -> Row:
        choose = self.random.choice
        return {
            "challenge_id": challenge_id,
            "position": position,
            "name": f"{choose(PROPERTIES)}（第 {position + 1} 项）",
            "unit": choose(UNITS),
            "comparator": Comparator.AT_LEAST,
            "target": str(self.random.randint(2, 900)),
            "is_mandatory": position == 0,
            "present": str(self.random.randint(1, 500)),
            "test_method": choose(METHODS),
        }

    def _public_id(self) -> str:
        return "".join(self.random.choices(ALPHABET, k=LENGTH))

    def _past(self, days: int) -> datetime:
        return self.now - timedelta(seconds=self.random.randint(60, days * 86_400))


def fill(database: Engine, generator: Generator) -> None:
    """Everything in one transaction, in batches by table: memory stays flat."""
    with writing(database) as session:
        for part in generator.parts():
            _insert(session, part())


def _insert(session: Session, rows: Rows) -> None:
    waiting: dict[Table, list[Row]] = {}
    for number, (model, row) in enumerate(rows, start=1):
        table: Table = model.__table__
        waiting.setdefault(table, []).append(row)
        if number % BATCH == 0:
            _flush(session, waiting)
    _flush(session, waiting)


def _flush(session: Session, waiting: dict[Table, list[Row]]) -> None:
    """What is pointed to comes first."""
    for table in Base.metadata.sorted_tables:
        if table in waiting:
            session.connection().execute(insert(table), waiting.pop(table))


def _credit_code(number: int) -> str:
    body = f"MA{number:06d}"
    first_17 = f"91310114{body}{inner_check_digit(body)}"
    return first_17 + check_digit(first_17)
