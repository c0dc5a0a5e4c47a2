"""The form of a group of settings: a field for each, made from its declaration."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, PasswordField

from marketplace.core.setting import Setting, SettingType
from marketplace.core.text import _
from marketplace.settings import values
from marketplace.web.forms import BaseForm, ChoiceField, LongField, TextField, whole_number

CLEAR = "clear-"
CLEAR_SECRET = _("清除已保存的密钥")


class GroupForm(BaseForm):
    """Fields are named for their settings; ``version`` is the newest row the person had before their eyes."""

    version = HiddenField()

    @property
    def seen_row(self) -> int:
        return whole_number(self.version.data) or 0

    def to_typed(self, declared: Sequence[Setting[Any]]) -> dict[str, str | bool | None]:
        """What was typed; a secret's empty field leaves it as it is."""
        typed: dict[str, str | bool | None] = {}
        for setting in declared:
            data = self[setting.name].data
            if not setting.is_secret or (data and str(data).strip()):
                typed[setting.name] = data
            elif self[CLEAR + setting.name].data:
                typed[setting.name] = None
        return typed


def form_for(declared: Sequence[Setting[Any]], kept: Mapping[str, str | None], *, seen: int) -> GroupForm:
    """The form of these settings, filled with what is in force."""
    fields: dict[str, Any] = {}
    for setting in declared:
        fields[setting.name] = _field(setting)
        if setting.is_secret:
            fields[CLEAR + setting.name] = BooleanField(CLEAR_SECRET)
    form: GroupForm = type("SettingsForm", (GroupForm,), fields)(
        data={one.name: values.read(one, kept.get(one.name)) for one in declared if not one.is_secret}
        | {"version": str(seen)}
    )
    return form


def _field(setting: Setting[Any]) -> Field:
    if setting.type is SettingType.SECRET:
        return PasswordField(setting.label)
    if setting.type is SettingType.BOOLEAN:
        return BooleanField(setting.label)
    if setting.type is SettingType.CHOICE:
        return ChoiceField(setting.label, choices=dict(setting.choices), validate_choice=False)
    return LongField(setting.label) if setting.type is SettingType.LINES else TextField(setting.label)
