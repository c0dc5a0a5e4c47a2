"""Who may ask, answer, hide and clarify. A question is seen by all who may see its challenge; its asker by few."""

from marketplace.challenges.lifecycle import PUBLIC_STATES
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY as CHALLENGE_POLICY
from marketplace.challenges.policies import decides, is_member, writes_for_poster
from marketplace.core.actor import Actor, Role
from marketplace.core.permissions import Policy, Rule, any_of, has_role, is_system
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Question


def is_asker(actor: Actor, question: Question) -> bool:
    return actor.is_signed_in and actor.user_id == question.asker_id


def of_its_challenge(rule: Rule) -> Rule:
    """The same rule, asked of the challenge that the question is about."""
    return lambda actor, question: rule(actor, question.challenge)


def may_ask(actor: Actor, challenge: Challenge) -> bool:
    """Somebody who acts for an organisation, of a published challenge of another one."""
    is_outside = bool(actor.organisation_ids) and not is_member(actor, challenge)
    return challenge.state in PUBLIC_STATES and is_outside


def is_shown(_actor: Actor, question: Question) -> bool:
    return question.state is not QuestionState.HIDDEN


def reads_hidden(actor: Actor, question: Question) -> bool:
    return has_role(Role.OPERATOR, Role.SUPERVISOR)(actor, question) and not is_member(actor, question.challenge)


POLICY: Policy = {
    "view": of_its_challenge(CHALLENGE_POLICY["view"]),
    "see_words": any_of(is_shown, is_asker, reads_hidden),
    "see_asker": any_of(is_asker, of_its_challenge(decides)),
    "answer": of_its_challenge(writes_for_poster),
    "hide": of_its_challenge(decides),
}
"""Asked of a question with its challenge loaded."""

CHALLENGE_RULES: Policy = {
    "ask": may_ask,
    "clarify": any_of(writes_for_poster, decides, is_system),
}
"""Asked of a challenge."""
