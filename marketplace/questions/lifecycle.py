"""The life of a question, as one table. Whether it may still be asked or answered is a matter of the clock."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class QuestionState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    HIDDEN = "hidden"


S = QuestionState
LIFECYCLE = Lifecycle(
    initial=S.ASKED,
    rows=[
        # action      from                        to
        ("answer",    {S.ASKED},                  S.ANSWERED),
        ("hide",      {S.ASKED, S.ANSWERED},      S.HIDDEN),
    ],
)  # fmt: skip
