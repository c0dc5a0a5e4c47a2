"""Chinese first, English complete: which language this request speaks, and the catalogue bound once for it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from flask_babel import get_translations

from marketplace.core.text import Message
from marketplace.web.extensions import babel

COOKIE = "lang"
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
ONE_YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """``zh`` or ``en``: what the address asks for, else the cookie, else Chinese."""
    if not has_request_context():
        return "zh"
    chosen = g.get("language")
    if chosen is None:
        asked = request.args.get("lang") or request.cookies.get(COOKIE)
        chosen = g.language = asked if asked in LANGUAGES else "zh"
    return str(chosen)


def gettext(text: str, **values: Any) -> str:
    """The text in this request's language, with its values."""
    found = text if language() == "zh" else _catalogue().ugettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    values.setdefault("num", number)
    found = one if language() == "zh" else _catalogue().ungettext(one, many, number)
    return found % values


def translate(message: Message | str) -> str:
    """Say a message of the domain in this request's language; its values are translated where they are messages."""
    if isinstance(message, str):
        return gettext(message)
    return gettext(message.id, **_said(message.values))


def _said(values: Mapping[str, object]) -> dict[str, object]:
    return {name: translate(value) if isinstance(value, Message) else value for name, value in values.items()}


def _catalogue() -> Any:
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def remember_choice(response: Response) -> Response:
    """``?lang=`` sets a cookie, so that the next page speaks the same language."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        secure = request.is_secure
        response.set_cookie(COOKIE, asked, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return response


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.add_template_filter(translate)
    app.after_request(remember_choice)
