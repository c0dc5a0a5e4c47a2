"""Drafting, revising and every step, with what the log keeps of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import get_challenge
from marketplace.challenges.services import (
    ChallengeDraft,
    IndicatorRow,
    Step,
    advance_challenge,
    draft_challenge,
    publish_due,
    revise_challenge,
)
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.transaction import finish, writing
from marketplace.organisations.lifecycle import OrganisationState
from tests.actors import OPERATOR, a_member
from tests.at_once import at_once
from tests.conftest import NOON
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation

S = ChallengeState
DRAFT = ChallengeDraft(kind=ChallengeKind.RESEARCH, title="导电玻璃")


def advance(session, actor, challenge, action, *, now=NOON, **step):
    return advance_challenge(session, actor, challenge, action, step=Step(**step), now=now)


def test_a_draft_may_have_gaps(session):
    poster = an_organisation(session)
    challenge = draft_challenge(session, a_member(poster.id), organisation_id=poster.id, draft=DRAFT, now=NOON)
    assert (challenge.state, challenge.problem, challenge.budget_fen) == (S.DRAFT, None, None)


def test_nobody_drafts_for_an_organisation_they_do_not_write_for(session):
    poster = an_organisation(session)
    for stranger in (a_member(poster.id + 1), a_member(poster.id, Role.READER), OPERATOR):
        with pytest.raises(NotAllowed):
            draft_challenge(session, stranger, organisation_id=poster.id, draft=DRAFT, now=NOON)
    assert session.scalars(select(Challenge)).all() == []


def test_a_wrong_target_is_named_at_its_row(session):
    poster = an_organisation(session)
    rows = (IndicatorRow(name="厚度", target="8"), IndicatorRow(name="厚度", comparator=Comparator.BETWEEN, target="8"))
    draft = ChallengeDraft(kind=ChallengeKind.RESEARCH, title="膜", indicators=rows)
    with pytest.raises(Invalid) as refused:
        draft_challenge(session, a_member(poster.id), organisation_id=poster.id, draft=draft, now=NOON)
    assert set(refused.value.fields) == {"indicators-1-target_upper"}


def test_revising_replaces_text_and_rows_and_counts_the_version(session):
    challenge = a_challenge(session)
    draft = ChallengeDraft(kind=challenge.kind, title="新标题", indicators=(IndicatorRow(name="厚度", target="8"),))
    editor = a_member(challenge.organisation_id)

    revise_challenge(session, editor, challenge, draft=draft, version=challenge.version, now=NOON)
    session.flush()

    again = get_challenge(session, editor, challenge.public_id)
    assert (again.title, [row.name for row in again.indicators]) == ("新标题", ["厚度"])


def test_saving_over_an_older_version_is_refused(session):
    challenge = a_challenge(session)
    with pytest.raises(Conflict):
        revise_challenge(session, a_member(challenge.organisation_id), challenge, draft=DRAFT, version=0, now=NOON)


def test_a_published_text_is_not_edited(session):
    challenge = a_challenge(session, state=S.OPEN)
    with pytest.raises(NotAllowed):
        revise_challenge(session, a_member(challenge.organisation_id), challenge, draft=DRAFT, version=1, now=NOON)


def test_a_complete_draft_is_submitted_and_an_incomplete_one_says_what_is_missing(session):
    challenge = a_challenge(session)
    editor = a_member(challenge.organisation_id)
    assert advance(session, editor, challenge, "submit").state is S.SUBMITTED

    gaps = a_challenge(session, summary=None, months=None, indicators=[])
    with pytest.raises(Invalid) as refused:
        advance(session, a_member(gaps.organisation_id), gaps, "submit")
    assert set(refused.value.fields) == {"summary", "months", "indicators"}
    assert gaps.state is S.DRAFT


def test_an_unverified_organisation_keeps_its_drafts_to_itself(session):
    poster = an_organisation(session, state=OrganisationState.SUBMITTED)
    challenge = a_challenge(session, organisation_id=poster.id)
    with pytest.raises(Conflict):
        advance(session, a_member(poster.id), challenge, "submit")
    assert challenge.state is S.DRAFT


@pytest.mark.parametrize("action", ["return", "reject"])
def test_the_operator_gives_a_reason(session, action):
    challenge = a_challenge(session, state=S.SUBMITTED)
    with pytest.raises(Invalid) as refused:
        advance(session, OPERATOR, challenge, action)
    assert set(refused.value.fields) == {"reason"}
    assert advance(session, OPERATOR, challenge, action, reason="指标缺检测方法").state_reason == "指标缺检测方法"


def test_publishing_gives_a_number_and_leaves_an_entry_in_the_log(session):
    first, second = a_challenge(session, state=S.SUBMITTED), a_challenge(session, state=S.SUBMITTED)
    advance(session, OPERATOR, first, "publish")
    advance(session, OPERATOR, second, "publish")
    finish(session)

    assert (first.state, first.number, second.number) == (S.OPEN, "JB-2026-0001", "JB-2026-0002")
    assert first.bids_close_at == first.wanted_close_at
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(one.actor, one.action, one.subject, one.at) for one in entries] == [
        (OPERATOR.public_id, "publish", f"challenge:{first.public_id}", NOON),
        (OPERATOR.public_id, "publish", f"challenge:{second.public_id}", NOON),
    ]


def test_a_poster_does_not_publish_its_own_challenge(session):
    challenge = a_challenge(session, state=S.SUBMITTED)
    with pytest.raises(NotAllowed):
        advance(session, a_member(challenge.organisation_id, Role.OWNER), challenge, "publish")


def test_a_closing_time_in_the_past_is_refused_at_its_field(session):
    challenge = a_challenge(session, state=S.SUBMITTED)
    with pytest.raises(Invalid) as refused:
        advance(session, OPERATOR, challenge, "publish", bids_close_at=NOON - timedelta(hours=1))
    assert set(refused.value.fields) == {"bids_close_at"}
    assert challenge.state is S.SUBMITTED


def test_a_scheduled_challenge_is_published_when_its_moment_has_come_and_not_before(session):
    challenge = a_challenge(session, state=S.SUBMITTED)
    tomorrow = NOON + timedelta(days=1)
    advance(session, OPERATOR, challenge, "schedule", publish_at=tomorrow)
    session.flush()

    assert publish_due(session, SYSTEM, now=tomorrow - timedelta(seconds=1)) == 0
    assert publish_due(session, SYSTEM, now=tomorrow) == 1
    assert (challenge.state, challenge.published_at) == (S.OPEN, tomorrow)


def test_a_missed_schedule_is_published_only_with_a_new_end(session):
    challenge = a_challenge(session, state=S.SCHEDULED)
    late = challenge.bids_close_at
    assert publish_due(session, SYSTEM, now=late) == 0
    with pytest.raises(Invalid) as refusal:
        advance(session, OPERATOR, challenge, "publish", now=late)
    assert set(refusal.value.fields) == {"bids_close_at"}
    assert challenge.state is S.SCHEDULED

    new_end = late + timedelta(days=20)
    advance(session, OPERATOR, challenge, "publish", now=late, bids_close_at=new_end)
    session.flush()
    assert (challenge.state, challenge.published_at, challenge.bids_close_at) == (S.OPEN, late, new_end)


def test_what_was_scheduled_waits_while_its_organisation_is_suspended(session):
    challenge = a_challenge(session, state=S.SCHEDULED)
    challenge.organisation.state = OrganisationState.SUSPENDED
    session.flush()
    assert (publish_due(session, SYSTEM, now=NOON), challenge.state) == (0, S.SCHEDULED)

    challenge.organisation.state = OrganisationState.VERIFIED
    session.flush()
    assert (publish_due(session, SYSTEM, now=NOON), challenge.state) == (1, S.OPEN)


@pytest.mark.parametrize(
    ("state", "action"),
    [(S.SUBMITTED, "publish"), (S.SUBMITTED, "schedule"), (S.SCHEDULED, "publish"), (S.DRAFT, "import_publish")],
)
def test_an_operator_publishes_nothing_of_an_organisation_that_is_not_verified(session, state, action):
    challenge = a_challenge(session, state=state)
    challenge.organisation.state = OrganisationState.SUSPENDED
    session.flush()
    with pytest.raises(Conflict):
        advance(session, OPERATOR, challenge, action)
    assert challenge.state is state


def test_steps_out_of_turn_are_refused(session):
    with pytest.raises(IllegalTransition):
        advance(session, OPERATOR, a_challenge(session, state=S.OPEN), "publish")
    with pytest.raises(IllegalTransition):
        advance(session, OPERATOR, a_challenge(session, state=S.WITHDRAWN), "withdraw", reason="重复")


def test_withdrawing_takes_it_from_the_public(session):
    challenge = a_challenge(session, state=S.OPEN)
    visitor = a_member(challenge.organisation_id + 1)
    assert get_challenge(session, visitor, challenge.public_id) is challenge

    advance(session, a_member(challenge.organisation_id), challenge, "withdraw", reason="已自行解决")
    session.flush()

    with pytest.raises(NotFound):
        get_challenge(session, visitor, challenge.public_id)


def test_of_two_operators_at_once_one_publishes_and_the_other_is_told(engine):
    with Session(engine) as setup:
        public_id = a_challenge(setup, state=S.SUBMITTED).public_id
        setup.commit()

    def publish(number):
        with writing(engine) as session:
            challenge = get_challenge(session, OPERATOR, public_id)
            return advance(session, OPERATOR, challenge, "publish").number

    outcomes = at_once(publish, 2)

    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) in (
        [IllegalTransition],
        [Conflict],
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["JB-2026-0001"]
    with Session(engine) as after:
        assert [entry.action for entry in after.scalars(select(AuditEntry))] == ["publish"]


def test_of_two_editors_at_once_one_saves_and_the_other_keeps_nothing_half_written(engine):
    with Session(engine) as setup:
        challenge = a_challenge(setup)
        public_id, poster, version = challenge.public_id, challenge.organisation_id, challenge.version
        setup.commit()

    def save(number):
        rows = tuple(IndicatorRow(name=f"指标{number}-{i}", target="1") for i in range(3))
        draft = ChallengeDraft(kind=ChallengeKind.RESEARCH, title=f"第{number}版", indicators=rows)
        with writing(engine) as session:
            mine = get_challenge(session, a_member(poster), public_id)
            return revise_challenge(session, a_member(poster), mine, draft=draft, version=version, now=NOON).title

    outcomes = at_once(save, 2)

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Conflict]
    (title,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    with Session(engine) as after:
        kept = get_challenge(after, a_member(poster), public_id)
        assert kept.title == title
        assert [row.name for row in kept.indicators] == [f"指标{title[1]}-{i}" for i in range(3)]


def test_an_imported_demand_is_published_as_it_came_and_only_with_matter(session):
    challenge = a_challenge(session, summary=None, months=None, indicators=[])
    with pytest.raises(NotAllowed):
        advance(session, a_member(challenge.organisation_id), challenge, "import_publish")
    assert advance(session, SYSTEM, challenge, "import_publish").state is S.OPEN

    empty = a_challenge(session, summary=None, background=None, problem=None, scope=None)
    with pytest.raises(Invalid):
        advance(session, SYSTEM, empty, "import_publish")
