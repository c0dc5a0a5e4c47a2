"""Values as they are typed, kept and read (pure)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from marketplace.core.setting import Setting, SettingType, Value
from marketplace.core.text import Message, _, say

LONGEST = {SettingType.TEXT: 200, SettingType.URL: 500, SettingType.LINES: 4000, SettingType.SECRET: 500}
TRUE, FALSE = "true", "false"

TOO_LONG = _("最多 %(max)d 个字。")
ONE_LINE = _("只能写一行。")
NOT_A_URL = _("请填写以 http:// 或 https:// 开头的完整地址。")
NOT_WHOLE = _("请填写整数。")
OUT_OF_BOUNDS = _("要在 %(smallest)d 到 %(largest)d 之间。")
NOT_OFFERED = _("请从列出的几项里选。")


class Unfit(Exception):
    """What was typed cannot be the value; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def kept(setting: Setting[Any], typed: str | bool | None) -> str | None:
    """What was typed as the text that is kept; None where nothing was typed, which stands for the default.

    Raises Unfit.
    """
    if setting.type is SettingType.BOOLEAN:
        return TRUE if typed in (True, TRUE) else FALSE
    text = str(typed or "").replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        return None
    fault = _fault_of(setting, text)
    if fault is not None:
        raise Unfit(fault)
    return str(int(text)) if setting.type is SettingType.INTEGER else text


def read(setting: Setting[Value], text: str | None) -> Value:
    """The value that a kept text stands for; the default for None, and for a text that no longer fits."""
    if text is None:
        return setting.default
    found: Any = text
    if setting.type is SettingType.BOOLEAN:
        found = text == TRUE
    elif setting.type is SettingType.INTEGER:
        found = int(text)
    elif setting.type is SettingType.CHOICE and text not in setting.choices:
        return setting.default
    return found  # type: ignore[no-any-return]  # the declaration's type says which


def _fault_of(setting: Setting[Any], text: str) -> Message | None:
    longest = LONGEST.get(setting.type)
    if longest is not None and len(text) > longest:
        return say(TOO_LONG, max=longest)
    if setting.type is not SettingType.LINES and len(text.splitlines()) > 1:
        return say(ONE_LINE)
    by_type: dict[SettingType, Callable[[str], Message | None]] = {
        SettingType.URL: _url_fault,
        SettingType.INTEGER: lambda typed: _number_fault(setting, typed),
        SettingType.CHOICE: lambda typed: None if typed in setting.choices else say(NOT_OFFERED),
    }
    fault = by_type[setting.type](text) if setting.type in by_type else None
    return fault or (setting.check(text) if setting.check else None)


def _url_fault(text: str) -> Message | None:
    try:
        address = urlsplit(text)
        is_whole = address.scheme in ("http", "https") and bool(address.hostname) and not any(map(str.isspace, text))
        _port = address.port
    except ValueError:
        is_whole = False
    return None if is_whole else say(NOT_A_URL)


def _number_fault(setting: Setting[Any], text: str) -> Message | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):  # noqa: PLR2004  (longer ones are no numbers)
        return say(NOT_WHOLE)
    if not setting.smallest <= int(text) <= setting.largest:
        return say(OUT_OF_BOUNDS, smallest=setting.smallest, largest=setting.largest)
    return None
