"""Questions, answers and clarifications on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditDetail, AuditEntry
from marketplace.audit.services import chain_pending
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.services import Step, advance_challenge
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.notifications.models import Delivery
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.questions import queries, services
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import ClarificationKind
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import a_membership, an_organisation
from tests.factories.questions import a_question

MINUTE = timedelta(minutes=1)


@pytest.fixture
def challenge(session):
    challenge = a_challenge(session, state=ChallengeState.OPEN)
    a_membership(session, a_user(session, email="poster@example.com"), challenge.organisation)
    return challenge


@pytest.fixture
def poster(challenge):
    return a_member(challenge.organisation_id)


@pytest.fixture
def asker(session):
    person, organisation = a_user(session, email="asker@example.com"), an_organisation(session)
    a_membership(session, person, organisation)
    return replace(a_member(organisation.id), user_id=person.id, public_id=person.public_id)


def letters(session) -> list[tuple[str, str]]:
    session.flush()
    return [(one.kind, one.recipient) for one in session.scalars(select(Delivery).order_by(Delivery.id))]


def test_a_question_goes_to_the_poster_and_its_answer_to_the_asker(session, challenge, poster, asker):
    question = services.ask(session, asker, challenge, words="低湿指多少？", now=NOON)
    services.answer(session, poster, question, words="30%。", now=NOON + MINUTE)

    assert (question.state, question.answer) == (QuestionState.ANSWERED, "30%。")
    assert letters(session) == [("question.asked", "poster@example.com"), ("question.answered", "asker@example.com")]


def test_the_history_of_the_challenge_and_the_letters_name_nobody(session, challenge, poster, asker):
    question = services.ask(session, asker, challenge, words="低湿指多少？", now=NOON)
    services.answer(session, poster, question, words="30%。", now=NOON)
    session.flush()
    chain_pending(session)
    session.flush()

    details = session.execute(select(AuditEntry.action, AuditDetail.detail).join_from(AuditEntry, AuditDetail)).all()
    assert [(action, detail["as"]) for action, detail in details] == [("ask", "asker"), ("answer", "poster")]
    told = [str(detail) for _action, detail in details] + [str(one.facts) for one in session.scalars(select(Delivery))]
    assert not any(asker.public_id in text or str(question.organisation_id) == text for text in told)


def test_asking_ends_to_the_second(session, challenge, asker):
    last = services.moments_of(challenge).ask
    services.ask(session, asker, challenge, words="还来得及吗？", now=last - timedelta(seconds=1))
    with pytest.raises(Conflict, match="提问已于 2026-06-21 24:00 截止"):
        services.ask(session, asker, challenge, words="现在呢？", now=last)


def test_answering_ends_to_the_second(session, challenge, poster):
    question = a_question(session, challenge)
    with pytest.raises(Conflict, match="答复已于 2026-06-26 24:00 截止"):
        services.answer(session, poster, question, words="晚了", now=services.moments_of(challenge).answer)
    assert question.state is QuestionState.ASKED


def test_an_answer_stands(session, challenge, poster):
    question = a_question(session, challenge, state=QuestionState.ANSWERED)
    with pytest.raises(IllegalTransition):
        services.answer(session, poster, question, words="改口", now=NOON)


@pytest.mark.parametrize("state", [OrganisationState.SUBMITTED, OrganisationState.SUSPENDED])
def test_only_verified_organisations_ask(session, challenge, state):
    organisation = an_organisation(session, state=state)
    with pytest.raises(Conflict):
        services.ask(session, a_member(organisation.id), challenge, words="可以问吗？", now=NOON)


def test_the_poster_does_not_ask_itself(session, challenge, poster):
    with pytest.raises(NotAllowed):
        services.ask(session, poster, challenge, words="自问", now=NOON)


def test_nothing_is_asked_of_what_is_not_published(session, asker):
    draft = a_challenge(session, state=ChallengeState.SUBMITTED)
    with pytest.raises(NotAllowed):
        services.ask(session, asker, draft, words="？", now=NOON)


def test_blank_words_are_told_at_their_place(session, challenge, poster, asker):
    question = a_question(session, challenge)
    for act in (
        lambda: services.ask(session, asker, challenge, words=None, now=NOON),
        lambda: services.answer(session, poster, question, words=None, now=NOON),
        lambda: services.clarify(session, poster, challenge, words=None, now=NOON),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.fields.keys() == {"words"}


def test_one_organisation_cannot_bury_a_poster_in_questions(session, challenge, asker):
    for number in range(services.MOST_UNANSWERED):
        services.ask(session, asker, challenge, words=f"第 {number} 问", now=NOON)
    with pytest.raises(Conflict, match="等待答复"):
        services.ask(session, asker, challenge, words="再问", now=NOON)


def test_the_operator_hides_with_a_reason_and_the_asker_is_told(session, challenge, asker):
    question = services.ask(session, asker, challenge, words="我们是某某公司", now=NOON)
    with pytest.raises(Invalid):
        services.hide(session, OPERATOR, question, reason=None, now=NOON)
    services.hide(session, OPERATOR, question, reason="写出了单位名称", now=NOON)

    assert (question.state, question.hidden_reason) == (QuestionState.HIDDEN, "写出了单位名称")
    assert letters(session)[-1] == ("question.hidden", "asker@example.com")


def test_clarifications_are_numbered_each_challenge_for_itself(session, challenge, poster):
    other = a_challenge(session, state=ChallengeState.OPEN)
    made = [services.clarify(session, poster, challenge, words=f"第 {n} 条", now=NOON) for n in (1, 2)]
    elsewhere = services.clarify(session, OPERATOR, other, words="另一张榜", now=NOON)
    assert [one.number for one in (*made, elsewhere)] == [1, 2, 1]
    assert [one.number for one in queries.clarifications_of(session, challenge)] == [2, 1]


def test_no_clarification_after_the_end_of_bidding(session, challenge, poster):
    with pytest.raises(Conflict):
        services.clarify(session, poster, challenge, words="晚了", now=challenge.bids_close_at)


def test_a_moved_deadline_is_a_notice_of_its_own_and_never_silent(session, challenge):
    before, after = challenge.bids_close_at, challenge.bids_close_at + timedelta(days=7)
    advance_challenge(
        session, OPERATOR, challenge, "extend", step=Step(bids_close_at=after, reason="答复较晚"), now=NOON
    )

    [notice] = queries.clarifications_of(session, challenge)
    assert (notice.kind, notice.number, notice.body) == (ClarificationKind.DEADLINE, 1, "答复较晚")
    assert (notice.previous_close_at, notice.close_at) == (before, after)
    assert (challenge.bids_close_at, challenge.state_reason) == (after, None)


@pytest.mark.parametrize("days", [-1, 0])
def test_a_deadline_never_moves_back(session, challenge, days):
    until = challenge.bids_close_at + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        advance_challenge(session, OPERATOR, challenge, "extend", step=Step(bids_close_at=until, reason="早"), now=NOON)
    assert refused.value.fields.keys() == {"bids_close_at"}


def test_what_has_closed_is_not_opened_again_by_a_later_deadline(session, challenge):
    closed = challenge.bids_close_at
    step = Step(bids_close_at=closed + timedelta(days=7), reason="补救")
    with pytest.raises(Invalid, match="已经截止"):
        advance_challenge(session, OPERATOR, challenge, "extend", step=step, now=closed)


def test_the_poster_alone_moves_no_deadline(session, challenge, poster):
    step = Step(bids_close_at=challenge.bids_close_at + timedelta(days=7), reason="想多等等")
    with pytest.raises(NotAllowed):
        advance_challenge(session, poster, challenge, "extend", step=step, now=NOON)


def test_the_poster_s_workbench_lists_what_can_still_be_answered(session, challenge, poster):
    a_question(session, challenge)
    a_question(session, challenge, state=QuestionState.ANSWERED)
    last = services.moments_of(challenge).answer
    assert [task.due for task in queries.tasks(session, poster, NOON)] == [last]
    assert queries.tasks(session, poster, last) == []
    assert queries.tasks(session, a_member(challenge.organisation_id + 1), NOON) == []
