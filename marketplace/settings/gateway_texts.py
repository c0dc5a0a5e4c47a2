"""What is sent to a gateway (pure): a template in JSON, an address and headers, each with ``{places}`` to be filled in.

A template is read as JSON first and filled in afterwards, so that nothing in a message can break out of its text.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from marketplace.core.text import Message, _, say

PLACES = ("phone", "subject", "text", "url", "reference", "secret")
PLACE = re.compile(r"\{(\w*)\}")

NOT_JSON = _("第 %(line)d 行第 %(column)d 个字起不是有效的 JSON。")
NOT_AN_OBJECT = _("模板要是一个 JSON 对象，写在 { } 里。")
NO_SUCH_PLACE = _("没有 {%(name)s} 这个占位符；可用的是 %(places)s。")
TEXT_MISSING = _("模板里要有 {text}，消息的内容放在那里。")
FIXED_HOST = _("域名里不能有占位符。")
NO_ACCOUNT = _("地址里不要写账号和密码；密钥填在“网关密钥”里，用 {secret} 放到地址、请求头或内容中。")


def template_fault(text: str) -> Message | None:
    """What is wrong with a template, None when nothing is."""
    try:
        template = json.loads(text)
    except json.JSONDecodeError as error:
        return say(NOT_JSON, line=error.lineno, column=error.colno)
    except RecursionError:
        return say(NOT_JSON, line=1, column=1)
    if not isinstance(template, dict):
        return say(NOT_AN_OBJECT)
    used = [name for words in _texts(template) for name in PLACE.findall(words)]
    return _place_fault(used) or (None if "text" in used else say(TEXT_MISSING))


def address_fault(text: str) -> Message | None:
    """What is wrong with an address that is one already."""
    address = urlsplit(text)
    if PLACE.search(address.netloc):
        return say(FIXED_HOST)
    if address.username is not None:
        return say(NO_ACCOUNT)
    return _place_fault(PLACE.findall(text))


def header_places_fault(text: str) -> Message | None:
    return _place_fault(PLACE.findall(text))


def fill_template(template: str, said: Mapping[str, str]) -> bytes:
    """The body of a request; raises ValueError where the template is no JSON."""
    return json.dumps(_filled(json.loads(template), said), ensure_ascii=False).encode()


def fill_address(address: str, said: Mapping[str, str]) -> str:
    """The address with everything quoted that could lead elsewhere."""
    return _fill(address, {name: quote(value, safe="") for name, value in said.items()})


def fill_headers(lines: str, said: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values; what is filled in is one line whatever it was."""
    plain = {name: " ".join(value.split()) for name, value in said.items()}
    pairs = [line.partition(":") for line in lines.splitlines() if ":" in line]
    return [(name.strip(), _fill(value.strip(), plain)) for name, _colon, value in pairs]


def _place_fault(used: list[str]) -> Message | None:
    unknown = [name for name in used if name not in PLACES]
    if not unknown:
        return None
    return say(NO_SUCH_PLACE, name=unknown[0], places=" ".join(f"{{{name}}}" for name in PLACES))


def _fill(text: str, said: Mapping[str, str]) -> str:
    """Once: what was filled in is not looked into again."""
    return PLACE.sub(lambda found: said.get(found[1], found[0]), text)


def _filled(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _fill(value, said)
    if isinstance(value, list):
        return [_filled(one, said) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, said) for name, one in value.items()}
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return [words for part in parts for words in _texts(part)]
