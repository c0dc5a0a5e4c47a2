"""What a person may type about a challenge that is open."""

from wtforms import BooleanField

from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField, NoSecrets


class WordsForm(BaseForm):
    """Words for everybody to read, with the word that they are no state secret."""

    words = LongField(_("内容"), [AtMost(2000)])
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"), [NoSecrets()])


class QuestionForm(WordsForm):
    words = LongField(_("提问"), [AtMost(1000)])


class AnswerForm(WordsForm):
    words = LongField(_("答复"), [AtMost(2000)])


class ClarificationForm(WordsForm):
    words = LongField(_("澄清"), [AtMost(2000)])


class HidingForm(BaseForm):
    reason = LongField(_("隐藏的理由"), [AtMost(500)])
