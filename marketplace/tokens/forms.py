"""What a person may type about a token."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from marketplace.core.text import _
from marketplace.tokens.limits import DEFAULT_DAYS
from marketplace.tokens.scopes import SCOPE_ASKED, SCOPE_LABELS
from marketplace.tokens.services import MAX_NAME_CHARACTERS, Wish
from marketplace.web.forms import AtMost, BaseForm, ChecksField, Required, TextField
from marketplace.web.language import gettext

NO_ORGANISATION = _("不代表任何单位")
FOR_STAFF = _("平台工作人员角色")
DAY_CHOICES = {"30": _("30 天"), str(DEFAULT_DAYS): _("90 天"), "365": _("一年")}


class TokenForm(BaseForm):
    """``organisation`` is the public id of one of the person's own, or empty."""

    name = TextField(_("名称"), [Required(), AtMost(MAX_NAME_CHARACTERS)])
    organisation = SelectField(_("代表哪个单位"))
    scopes = ChecksField(_("权限"), choices=dict(SCOPE_LABELS))
    days = RadioField(_("有效期"), choices=DAY_CHOICES, default=str(DEFAULT_DAYS))

    def offer(self, organisations: Sequence[tuple[str, str]], *, is_staff: bool) -> None:
        nobody = gettext(FOR_STAFF if is_staff else NO_ORGANISATION)
        self.organisation.choices = dict(organisations) | {"": nobody}

    def validate_scopes(self, field: ChecksField) -> None:
        if not field.data:
            raise ValidationError(gettext(SCOPE_ASKED))

    def to_wish(self, organisation_id: int | None) -> Wish:
        return Wish(
            name=self.name.text or "",
            scopes=tuple(self.scopes.data or ()),
            organisation_id=organisation_id,
            days=int(self.days.data),
        )


class RevokeForm(BaseForm):
    """A button and its security token."""
