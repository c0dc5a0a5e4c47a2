"""What a person may type about a release."""

from marketplace.approvals.services import MAX_REASON_CHARACTERS
from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField


class DecisionForm(BaseForm):
    reason = LongField(_("理由"), [AtMost(MAX_REASON_CHARACTERS)])


class PlainForm(BaseForm):
    """A post whose fields are read by name: boxes of a table, or a hidden subject."""
