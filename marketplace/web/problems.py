"""Errors as programs read them: problem details of RFC 9457 in their language, never HTML, never a stack."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import marshmallow as ma
from flask import Response
from werkzeug.exceptions import HTTPException

from marketplace.core.errors import DomainError, Invalid
from marketplace.core.text import Message, _
from marketplace.web.access import ScopeLacking
from marketplace.web.language import gettext, translate

MIMETYPE = "application/problem+json"
KINDS = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "too-many-requests",
    503: "unavailable",
}
UNAUTHENTICATED = 401
REALM = 'Bearer realm="jiebang"'
TOKEN_ASKED = _("请在 Authorization 里带上有效的令牌：Bearer jb_…。")
TITLE = _("出错了")
SEPARATOR = " "
MESSAGES: Mapping[str, str] = {
    "Missing data for required field.": _("请填写这一项。"),
    "Field may not be null.": _("这一项不能为空。"),
    "Unknown field.": _("没有这一项。"),
    "Not a valid string.": _("这一项是文字。"),
    "Not a valid integer.": _("这一项是整数。"),
    "Not a valid boolean.": _("这一项是 true 或 false。"),
    "Not a valid list.": _("这一项是列表。"),
    "Not a valid date.": _("日期写成 YYYY-MM-DD。"),
    "Not a valid mapping type.": _("这一项是对象。"),
    "Invalid type.": _("这一项是对象。"),
    "Invalid input type.": _("正文要是一个 JSON 对象。"),
    "Number too large.": _("数字太大。"),
}
"""What marshmallow says, in our words."""

Fault = dict[str, str]


class ProblemSchema(ma.Schema):
    """An error, by RFC 9457."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String()))


def answer(
    status: int,
    title: Message | str,
    detail: Message | str,
    *,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem. ``errors`` point to what is wrong: ``pointer`` into the body, or ``parameter`` of the address."""
    body: dict[str, Any] = {
        "type": f"urn:jiebang:problem:{KINDS.get(status, 'internal')}",
        "title": translate(title),
        "status": status,
        "detail": translate(detail),
    }
    if errors:
        body["errors"] = list(errors)
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MIMETYPE)
    response.headers.update(headers or {})
    if status == UNAUTHENTICATED:
        response.headers.setdefault("WWW-Authenticate", REALM)
    return response


def of_domain(error: DomainError, status: int, titles: Mapping[int, str]) -> Response:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = [_fault(pointer_of(name), translate(text)) for name, text in fields.items()]
    headers = {}
    if isinstance(error, ScopeLacking):
        headers["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope", scope="{error.scope}"'
    wait = getattr(error, "wait_seconds", None)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return answer(status, titles.get(status, TITLE), error.message, errors=errors, headers=headers)


def of_http(error: HTTPException, titles: Mapping[int, str], words: Mapping[int, str]) -> Response:
    status = error.code or 500
    given: Any = getattr(error, "data", None) or {}
    errors = list(_faults(given.get("messages") or {}))
    detail: Message | str = TOKEN_ASKED if status == UNAUTHENTICATED else words.get(status, words[400])
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "WWW-Authenticate")}
    return answer(status, titles.get(status, TITLE), detail, errors=errors, headers=kept)


def pointer_of(name: str) -> str:
    """The place of a form's field in the JSON body: ``indicators-1-target`` is ``/indicators/1/target``."""
    return "".join(f"/{part.removesuffix('_fen')}" for part in name.split("-")) if name else ""


def _fault(pointer: str, detail: str) -> Fault:
    return {"pointer": pointer, "detail": detail}


def _faults(messages: Any) -> Iterator[Fault]:
    """marshmallow's tree of messages by location, flattened: the body by pointer, the address by parameter."""
    if not isinstance(messages, Mapping):
        return
    for location, inner in messages.items():
        if location == "query" and isinstance(inner, Mapping):
            for name, texts in inner.items():
                yield {"parameter": str(name), "detail": SEPARATOR.join(detail for _at, detail in _leaves(texts, ""))}
        else:
            yield from (_fault(pointer, detail) for pointer, detail in _leaves(inner, ""))


def _leaves(messages: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _leaves(inner, pointer if name == "_schema" else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(messages, list | tuple):
        yield pointer, SEPARATOR.join(_said(one) for one in messages)
    else:
        yield pointer, _said(messages)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _said(message: Any) -> str:
    if isinstance(message, Message):
        return translate(message)
    return gettext(MESSAGES.get(str(message), str(message)))
