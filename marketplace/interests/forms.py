"""What a person may write to the other side."""

from wtforms import BooleanField

from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField, NoSecrets


class MessageForm(BaseForm):
    """Words for the other side, with the word that they are no state secret."""

    words = LongField(_("内容"), [AtMost(4000)])
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"), [NoSecrets()])


class InspectionForm(BaseForm):
    reason = LongField(_("查看的理由"), [AtMost(500)])
