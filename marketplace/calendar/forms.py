"""The form that takes a notice."""

from wtforms import SubmitField

from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField, Required, TextField, whole_number

MOST_CHARACTERS = 20_000


class NoticeForm(BaseForm):
    """``check`` shows what was recognised, ``save`` keeps it."""

    year = TextField(_("年份"), [Required(), AtMost(4)])
    text = LongField(_("通知正文"), [Required(), AtMost(MOST_CHARACTERS)])
    check = SubmitField()
    save = SubmitField()

    @property
    def year_typed(self) -> int:
        """0 for what is no year."""
        return whole_number((self.year.text or "").removesuffix("年")) or 0
