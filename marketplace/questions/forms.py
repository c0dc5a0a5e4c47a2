"""What a person may type about a challenge that is open."""

from wtforms import BooleanField

from marketplace.core.completeness import NO_SECRETS
from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField
from marketplace.web.language import gettext


class WordsForm(BaseForm):
    """Words for everybody to read, with the word that they are no state secret."""

    words = LongField(_("内容"), [AtMost(2000)])
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"))

    def validate(self, extra_validators: object = None) -> bool:
        is_sound = bool(super().validate(extra_validators))
        if self.has_no_state_secrets.data:
            return is_sound
        self.has_no_state_secrets.errors = [gettext(NO_SECRETS)]
        return False


class QuestionForm(WordsForm):
    words = LongField(_("提问"), [AtMost(1000)])


class AnswerForm(WordsForm):
    words = LongField(_("答复"), [AtMost(2000)])


class ClarificationForm(WordsForm):
    words = LongField(_("澄清"), [AtMost(2000)])


class HidingForm(BaseForm):
    reason = LongField(_("隐藏的理由"), [AtMost(500)])
