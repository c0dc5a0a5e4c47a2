"""How questions and clarifications look from outside: nobody's name, and no words that were hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.actor import Actor
from marketplace.core.text import Message, _, say
from marketplace.questions.lifecycle import LIFECYCLE, QuestionState
from marketplace.questions.models import Question
from marketplace.questions.policies import POLICY
from marketplace.questions.timing import LastMoments, is_over, moment_text

KIND = "question"
STATE_LABELS: Mapping[QuestionState, str] = {
    QuestionState.ASKED: _("待答复"),
    QuestionState.ANSWERED: _("已答复"),
    QuestionState.HIDDEN: _("已隐藏"),
}
TONES: Mapping[QuestionState, str] = {QuestionState.ASKED: "notice", QuestionState.ANSWERED: "good"}


@dataclass(frozen=True, slots=True)
class Row:
    """A question as this actor may read it; ``body`` None where it is hidden from them."""

    public_id: str
    body: str | None
    answer: str | None
    state_label: str
    tone: str
    asked_at: datetime
    answered_at: datetime | None
    hidden_reason: str | None
    is_mine: bool
    may_answer: bool
    may_hide: bool


def as_row(question: Question, actor: Actor, *, moments: LastMoments | None, now: datetime) -> Row:
    sees_words = POLICY["see_words"](actor, question)
    steps = LIFECYCLE.actions_from(question.state)
    is_in_time = moments is not None and not is_over(moments.answer, now=now)
    return Row(
        public_id=question.public_id,
        body=question.body if sees_words else None,
        answer=question.answer if sees_words else None,
        state_label=STATE_LABELS[question.state],
        tone=TONES.get(question.state, "muted"),
        asked_at=question.asked_at,
        answered_at=question.answered_at,
        hidden_reason=question.hidden_reason,
        is_mine=actor.is_signed_in and question.asker_id == actor.user_id,
        may_answer="answer" in steps and is_in_time and POLICY["answer"](actor, question),
        may_hide="hide" in steps and POLICY["hide"](actor, question),
    )


def title(question: Question) -> str:
    """How lists of mixed kinds and the log call it: never by its words, which may be hidden."""
    return question.challenge.title


def time_words(moments: LastMoments | None, *, now: datetime) -> list[Message]:
    """Until when one may ask and answer, in words."""
    if moments is None:
        return []
    ask = _("提问已于 %(when)s 截止") if is_over(moments.ask, now=now) else _("提问到 %(when)s 为止")
    answer = _("答复已于 %(when)s 截止") if is_over(moments.answer, now=now) else _("答复到 %(when)s 为止")
    return [say(ask, when=moment_text(moments.ask)), say(answer, when=moment_text(moments.answer))]
