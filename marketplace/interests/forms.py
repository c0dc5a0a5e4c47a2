"""What a person may write to the other side."""

from wtforms import BooleanField

from marketplace.core.completeness import NO_SECRETS
from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField
from marketplace.web.language import gettext


class MessageForm(BaseForm):
    """Words for the other side, with the word that they are no state secret."""

    words = LongField(_("内容"), [AtMost(4000)])
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"))

    def validate(self, extra_validators: object = None) -> bool:
        is_sound = bool(super().validate(extra_validators))
        if self.has_no_state_secrets.data:
            return is_sound
        self.has_no_state_secrets.errors = [gettext(NO_SECRETS)]
        return False


class InspectionForm(BaseForm):
    reason = LongField(_("查看的理由"), [AtMost(500)])
