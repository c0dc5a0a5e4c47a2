"""A row of a file as a challenge: its columns, its draft, what is wrong with it, and how it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bulk.challenge_fields import PARTICULAR, columns_of
from marketplace.bulk.fields import Field, drafted
from marketplace.bulk.queries import in_its_department
from marketplace.challenges import queries as challenge_queries
from marketplace.challenges import timing
from marketplace.challenges.completeness import NO_MATTER
from marketplace.challenges.kinds import KIND_LABELS, particulars_of
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY
from marketplace.challenges.services import (
    ChallengeDraft,
    IndicatorRow,
    Step,
    advance_challenge,
    draft_challenges,
    facts_of,
    revise_challenge,
    rows_of,
)
from marketplace.core.actor import Actor
from marketplace.core.calendar import BEIJING, day_of
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.catalogue import Catalogue

DEFAULT_BIDDING_DAYS = 60
"""For a published row without a closing date (default of ours: what is imported is often read later)."""
CLOSING_TIME = time(17)
"""Where only a number of days is said: in the afternoon in Beijing, when people are there."""
MATTER = ("summary", "background", "problem", "scope")

UNDONE = _("撤销导入")
supersedes: Mapping[str, str] = {"closes_in_days": "wanted_close_at"}

NOT_OF_THIS_KIND = _("“%(kind)s”类榜单没有这一项。")
CLOSE_TWICE = _("closes_at 与 closes_in_days 只填一个。")


def fields_of(catalogue: Catalogue) -> tuple[Field, ...]:
    return columns_of(catalogue)


def values_of(challenge: Challenge) -> dict[str, Any]:
    """What is stored, by what a draft calls it. Indicators must be loaded."""
    particulars = {f"{PARTICULAR}{name}": value for name, value in challenge.particulars.items()}
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in facts_of(challenge).items()}
    del facts["particulars"]
    return facts | {"indicators": tuple(IndicatorRow(**row) for row in rows_of(challenge))} | particulars


def to_draft(values: Mapping[str, Any], now: datetime) -> ChallengeDraft:
    """``values`` as the fields read them; days are counted from ``now``."""
    particulars = {
        name.removeprefix(PARTICULAR): value for name, value in values.items() if name.startswith(PARTICULAR)
    }
    return drafted(ChallengeDraft, {**values, "wanted_close_at": _closing(values, now)}, particulars=particulars)


def faults_of(values: Mapping[str, Any], now: datetime, *, publishes: bool) -> dict[str, Message]:
    """What is wrong between the columns of a row, by the field's name."""
    kind = values["kind"]
    own = {f"{PARTICULAR}{entry.name}" for entry in particulars_of(kind)}
    faults = {
        name: say(NOT_OF_THIS_KIND, kind=say(KIND_LABELS[kind]))
        for name in values
        if name.startswith(PARTICULAR) and name not in own
    }
    if "wanted_close_at" in values and "closes_in_days" in values:
        faults["closes_in_days"] = say(CLOSE_TWICE)
    if publishes and not any(values.get(name) for name in MATTER):
        faults["problem"] = say(NO_MATTER)
    closes_at = _closing(values, now)
    if publishes and closes_at is not None and closes_at < now + timing.SHORTEST_BIDDING:
        column = "closes_in_days" if "closes_in_days" in values else "closes_at"
        faults.setdefault(column, say(timing.CLOSE_IN_PAST))
    return faults


def write(
    session: Session,
    actor: Actor,
    organisation_id: int,
    drafts: Sequence[ChallengeDraft],
    *,
    publishes: bool,
    now: datetime,
) -> Sequence[Challenge]:
    """Draft them, and publish them as they came where that was asked for."""
    made = draft_challenges(session, actor, organisation_id=organisation_id, drafts=drafts, now=now)
    if publishes:
        for draft, challenge in zip(drafts, made, strict=True):
            _publish(session, actor, draft, challenge, now)
        session.flush()  # settles the version that an undo compares with
    return made


def _publish(session: Session, actor: Actor, draft: ChallengeDraft, challenge: Challenge, now: datetime) -> None:
    step = Step(bids_close_at=draft.wanted_close_at or _afternoon(now, DEFAULT_BIDDING_DAYS))
    advance_challenge(session, actor, challenge, "import_publish", step=step, now=now)


def find(session: Session, actor: Actor, references: Sequence[str]) -> Mapping[str, Challenge]:
    return challenge_queries.find_visible(session, actor, references)


def owner_of(challenge: Challenge) -> int | None:
    return challenge.organisation_id


def code_of_owner(challenge: Challenge) -> str:
    return challenge.organisation.code


def title_of(challenge: Challenge) -> str:
    return challenge.title


def may_edit(actor: Actor, challenge: Challenge) -> bool:
    return POLICY["edit"](actor, challenge)


def revise(
    session: Session, actor: Actor, challenge: Challenge, draft: ChallengeDraft, *, version: int, now: datetime
) -> None:
    kept = in_its_department(session, challenge, draft)
    revise_challenge(session, actor, challenge, draft=kept, version=version, now=now)


def take_back(session: Session, actor: Actor, challenge: Challenge, *, now: datetime) -> bool:
    """Withdraw a draft that an import made; what has gone further stays."""
    if challenge.state is not ChallengeState.DRAFT:
        return False
    advance_challenge(session, actor, challenge, "withdraw", step=Step(reason=UNDONE), now=now)
    return True


def _closing(values: Mapping[str, Any], now: datetime) -> datetime | None:
    days = values.get("closes_in_days")
    return values.get("wanted_close_at") if days is None else _afternoon(now, days)


def _afternoon(now: datetime, days: int) -> datetime:
    return datetime.combine(day_of(now) + timedelta(days=days), CLOSING_TIME, BEIJING)
