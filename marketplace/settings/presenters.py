"""The settings in words: the furniture of every page, and how a value is shown to those who set it."""

from collections.abc import Mapping
from typing import Any, Protocol

from marketplace.core.setting import Setting, SettingType, Value
from marketplace.core.text import Message, _, say
from marketplace.settings import keys, values
from marketplace.settings.models import SiteSetting

SITE_NAME = _("揭榜台")
ICP_REGISTER = "https://beian.miit.gov.cn/"
POLICE_REGISTER = "https://beian.mps.gov.cn/"

SAME = "%(value)s"
IS_SET, IS_NOT_SET = _("已设置"), _("未设置")
BY_DEFAULT = _("%(value)s（默认）")
YES, NO = _("是"), _("否")
WAS_SET, WAS_CLEARED = _("换了新的密钥"), _("清除了密钥")
BACK_TO_DEFAULT = _("恢复默认")

LINES = (
    (_("主办：%(value)s"), keys.FOOTER_HOST, keys.FOOTER_HOST_EN, ""),
    (_("承办：%(value)s"), keys.FOOTER_OPERATOR, keys.FOOTER_OPERATOR_EN, ""),
    (_("电话：%(value)s"), keys.FOOTER_PHONE, None, "tel:"),
    (_("邮箱：%(value)s"), keys.FOOTER_EMAIL, None, "mailto:"),
    (_("地址：%(value)s"), keys.FOOTER_ADDRESS, keys.FOOTER_ADDRESS_EN, ""),
    (SAME, keys.FOOTER_ICP, None, ICP_REGISTER),
    (SAME, keys.FOOTER_POLICE, None, POLICE_REGISTER),
)


class Reader(Protocol):
    """Gives the value of a setting."""

    def __call__(self, setting: Setting[Value], /) -> Value: ...


def furniture(value: Reader, language: str) -> Mapping[str, Any]:
    """``name`` of the site, empty for its own; ``office`` under official texts, empty where there is none; ``footer``:
    sentences, still to be said, and where they lead."""
    lines = []
    for sentence, setting, english, leads_to in LINES:
        text = _in(value, language, setting, english)
        if text:
            lines.append((say(sentence, value=text), _address(leads_to, text)))
    return {
        "name": _in(value, language, keys.SITE_NAME, keys.SITE_NAME_EN),
        "office": value(keys.SITE_OFFICE) or _in(value, language, keys.FOOTER_HOST, keys.FOOTER_HOST_EN),
        "footer": lines,
    }


def _in(value: Reader, language: str, setting: Setting[str], english: Setting[str] | None) -> str:
    return (value(english) if english and language == "en" else "") or value(setting)


def _address(leads_to: str, text: str) -> str | None:
    if leads_to in ("tel:", "mailto:"):
        return leads_to + "".join(text.split())
    return leads_to or None


def shown(setting: Setting[Any], kept: str | None) -> Message | str:
    """A value for those who may see the settings; of a secret only whether there is one."""
    if setting.is_secret:
        return say(IS_SET if kept else IS_NOT_SET)
    value = values.read(setting, kept)
    if setting.type is SettingType.BOOLEAN:
        return say(YES if value else NO)
    if value == "":
        return say(IS_NOT_SET)
    text = str(value)
    words = say(setting.choices[text]) if setting.type is SettingType.CHOICE else text
    return say(BY_DEFAULT, value=words) if kept is None else words


def as_change(setting: Setting[Any], row: SiteSetting) -> dict[str, Any]:
    """One line of a setting's history."""
    if setting.is_secret:
        value: Message | str = say(WAS_SET if row.value else WAS_CLEARED)
    else:
        value = shown(setting, row.value) if row.value is not None else say(BACK_TO_DEFAULT)
    return {"version": row.version, "value": value, "who": row.set_by, "when": row.set_at}
