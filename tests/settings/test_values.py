"""What is typed becomes what is kept, or a sentence that says why not; what is kept becomes the value."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.setting import Setting, SettingGroup, SettingType
from marketplace.settings import keys, sealing
from marketplace.settings.values import LONGEST, Unfit, kept, read

GROUP = SettingGroup("test", "Test")


def a_setting(type_=SettingType.TEXT, default="", **more):
    return Setting(name="a-setting", group=GROUP, label="A setting", type=type_, default=default, **more)


NUMBER = a_setting(SettingType.INTEGER, 30, smallest=1, largest=90)
SWITCH = a_setting(SettingType.BOOLEAN, default=False)
CHOICE = a_setting(SettingType.CHOICE, "POST", choices={"POST": "POST", "GET": "GET"})


@pytest.mark.parametrize(
    ("setting", "typed", "expected"),
    [
        (a_setting(), "  嘉定 ", "嘉定"),
        (a_setting(), "", None),
        (a_setting(), " \0 ", None),
        (a_setting(SettingType.LINES), "one\r\ntwo\r\n", "one\ntwo"),
        (a_setting(SettingType.URL), "https://example.com:8443/a?b={secret}", "https://example.com:8443/a?b={secret}"),
        (NUMBER, "007", "7"),
        (NUMBER, "90", "90"),
        (SWITCH, True, "true"),
        (SWITCH, None, "false"),
        (CHOICE, "GET", "GET"),
    ],
)
def test_what_fits_is_kept(setting, typed, expected):
    assert kept(setting, typed) == expected


@pytest.mark.parametrize(
    ("setting", "typed", "reason"),
    [
        (a_setting(), "one\ntwo", "只能写一行"),
        (a_setting(), "长" * (LONGEST[SettingType.TEXT] + 1), "最多 200 个字"),
        (a_setting(SettingType.URL), "example.com", "http://"),
        (a_setting(SettingType.URL), "javascript://example.com", "http://"),
        (a_setting(SettingType.URL), "https://exa mple.com", "http://"),
        (a_setting(SettingType.URL), "http://[", "http://"),
        (a_setting(SettingType.URL), "http://example.com:port", "http://"),
        (NUMBER, "3.5", "整数"),
        (NUMBER, "٣", "整数"),
        (NUMBER, "0", "1 到 90"),
        (NUMBER, "-5", "1 到 90"),
        (NUMBER, "91", "1 到 90"),
        (CHOICE, "DELETE", "列出"),
        (keys.FOOTER_EMAIL, "office", "有效的邮箱"),
        (keys.SMS_HEADERS, "Accept: text/plain\nno colon", "第 2 行"),
        (keys.SMS_HEADERS, "Bad name: value", "第 1 行"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(setting, typed, reason):
    with pytest.raises(Unfit) as caught:
        kept(setting, typed)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "text", "expected"),
    [
        (a_setting(default="默认"), None, "默认"),
        (NUMBER, None, 30),
        (NUMBER, "7", 7),
        (SWITCH, "true", True),
        (SWITCH, "false", False),
        (CHOICE, "GET", "GET"),
        (CHOICE, "no longer offered", "POST"),
    ],
)
def test_what_is_kept_is_read_as_its_type(setting, text, expected):
    assert read(setting, text) == expected


def test_the_declared_defaults_would_themselves_be_taken():
    for setting in keys.KEYS:
        if setting.default and setting.type is not SettingType.BOOLEAN:
            assert read(setting, kept(setting, str(setting.default))) == setting.default
    assert len({setting.name for setting in keys.KEYS}) == len(keys.KEYS)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_kept_whole_or_refused(typed):
    for setting in keys.KEYS:
        with suppress(Unfit):
            assert read(setting, kept(setting, typed)) is not None


def test_a_secret_opens_only_with_its_key_and_under_its_name():
    sealed = sealing.seal("the key", "sms-secret", "密-123")
    assert "123" not in sealed
    assert sealing.seal("the key", "sms-secret", "密-123") != sealed
    assert sealing.unseal("the key", "sms-secret", sealed) == "密-123"
    assert sealing.unseal("another key", "sms-secret", sealed) is None
    assert sealing.unseal("the key", "wecom-secret", sealed) is None
