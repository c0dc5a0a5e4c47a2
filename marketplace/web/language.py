"""Chinese first, English complete: which language this request speaks, and the catalogue bound once for it."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from marketplace.core.text import Message
from marketplace.web.extensions import babel

COOKIE = "lang"
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
ONE_YEAR_SECONDS = 365 * 24 * 3600


_spoken: ContextVar[str] = ContextVar("language", default="zh")
"""A page asks for its language hundreds of times: a variable of its own is ten times as quick as Flask's ``g``."""


def language() -> str:
    """``zh`` or ``en``: what the address asks for, else the cookie, else Chinese."""
    return _spoken.get()


def choose() -> None:
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    _spoken.set(asked if asked in LANGUAGES else "zh")


def forget_choice(_error: BaseException | None) -> None:
    _spoken.set("zh")


def gettext(text: str, **values: Any) -> str:
    """The text in this request's language, with its values."""
    found = text if language() == "zh" else _catalogue().ugettext(text)
    return found % values if values else found


@pass_eval_context
def said(context: EvalContext, text: str, /, **values: Any) -> str:
    """``_`` of templates: like :func:`gettext`, with values escaped where the template escapes."""
    found = text if language() == "zh" else _catalogue().ugettext(text)
    if not context.autoescape:
        return found % values if values else found
    # Escaped here and not by Markup's own %, which wraps each value in objects of its own.
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(found % safe if safe else found)  # noqa: S704  (texts of our own, not of people)


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    values.setdefault("num", number)
    found = one if language() == "zh" else _catalogue().ungettext(one, many, number)
    return found % values


def translate(message: Message | str) -> str:
    """Say a message of the domain in this request's language; its values are translated where they are messages."""
    if isinstance(message, str):
        return gettext(message)
    return gettext(message.id, **_said(message.values)) if message.values else gettext(message.id)


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
    app.before_request(choose)
    app.teardown_request(forget_choice)
    babel.init_app(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = said
    app.add_template_filter(translate)
    app.after_request(remember_choice)
