"""What others may want to hear about questions and clarifications."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.challenges.models import Challenge
from marketplace.questions.models import Clarification, Question


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question: Question
    now: datetime


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    question: Question
    now: datetime


@dataclass(frozen=True, slots=True)
class Clarified:
    """A numbered notice of a challenge, or a deadline that moved."""

    challenge: Challenge
    clarification: Clarification
    now: datetime
