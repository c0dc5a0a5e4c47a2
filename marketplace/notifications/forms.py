"""What a person chooses about messages."""

from wtforms import SelectMultipleField

from marketplace.core.text import _
from marketplace.web.forms import BaseForm, ChoiceField

NONE = ""
HOURS = {NONE: _("不要每日摘要")} | {str(hour): f"{hour:02d}:00" for hour in range(24)}


class PreferencesForm(BaseForm):
    """``on`` holds ``kind:channel`` of every box that is ticked."""

    on = SelectMultipleField(validate_choice=False)
    digest = ChoiceField(_("每天几点寄出（北京时间）"), choices=HOURS)

    @property
    def hour(self) -> int | None:
        return int(self.digest.data) if self.digest.data else None
