"""Who may ask, answer, hide and clarify, and who learns who asked."""

from dataclasses import replace

import pytest

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.core.actor import Actor, Grant, Role
from marketplace.questions.lifecycle import LIFECYCLE, QuestionState
from marketplace.questions.models import Question
from marketplace.questions.policies import CHALLENGE_RULES, POLICY
from tests.actors import ACTORS, OWN_AREA, a_member

OWN, OTHER = 10, 11
ASKER = replace(a_member(OTHER), user_id=99)
MEMBERS = {"own reader", "own editor", "own approver", "own owner"}
WRITERS = MEMBERS - {"own reader"}


def the_challenge(state: ChallengeState = ChallengeState.OPEN) -> Challenge:
    facts = {"disclosure": Disclosure.FULL, "is_anonymous": False}
    return Challenge(organisation_id=OWN, area=OWN_AREA, state=state, **facts)


def the_question(state: QuestionState = QuestionState.ASKED) -> Question:
    return Question(challenge=the_challenge(), asker_id=ASKER.user_id, organisation_id=OTHER, state=state)


def those_who_may(rules, action, thing) -> set[str]:
    people = {name: build(OWN, OTHER) for name, build in ACTORS.items()} | {"asker": ASKER}
    return {name for name, actor in people.items() if rules[action](actor, thing)}


def test_every_step_has_a_rule():
    assert set(LIFECYCLE.actions) <= set(POLICY)


@pytest.mark.parametrize(
    ("action", "who"),
    [("answer", WRITERS), ("hide", {"operator"}), ("see_asker", {"asker", "operator"})],
)
def test_each_step_belongs_to_its_people(action, who):
    assert those_who_may(POLICY, action, the_question()) == who


def test_hidden_words_are_read_by_their_author_and_by_those_who_watch():
    assert those_who_may(POLICY, "see_words", the_question(QuestionState.HIDDEN)) == {"asker", "operator", "supervisor"}
    assert those_who_may(POLICY, "see_words", the_question()) == {*ACTORS, "asker"}


def test_members_of_other_organisations_ask_about_what_is_published():
    assert those_who_may(CHALLENGE_RULES, "ask", the_challenge()) == {"other editor", "asker"}
    assert those_who_may(CHALLENGE_RULES, "ask", the_challenge(ChallengeState.SUBMITTED)) == set()


def test_poster_and_operator_clarify():
    assert those_who_may(CHALLENGE_RULES, "clarify", the_challenge()) == WRITERS | {"operator", "system"}


def test_an_operator_of_the_poster_s_own_does_not_learn_who_asks():
    insider = Actor(8, "staff2345678", frozenset({Grant(Role.OPERATOR), Grant(Role.READER, organisation_id=OWN)}))
    assert not POLICY["see_asker"](insider, the_question())
    assert not POLICY["see_words"](insider, the_question(QuestionState.HIDDEN))
