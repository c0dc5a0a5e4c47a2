"""Chinese first, English complete: which language this request speaks, and the catalogue bound once for it."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, Response, g, request
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from marketplace.core.locale import amount_text, day_text, minute_text
from marketplace.core.money import Amount
from marketplace.core.text import Message
from marketplace.web.access import is_api
from marketplace.web.extensions import babel

COOKIE = "lang"
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
ONE_YEAR_SECONDS = 365 * 24 * 3600
MANY = 2
"""What ``500+`` counts as."""


_spoken: ContextVar[str] = ContextVar("language", default="zh")
"""A page asks for its language hundreds of times: a variable of its own is ten times as quick as Flask's ``g``."""


def language() -> str:
    """``zh`` or ``en``: what the address asks for, else the cookie, else Chinese; programs say it in a header."""
    return _spoken.get()


def choose() -> None:
    by_page = request.args.get("lang") or request.cookies.get(COOKIE)
    asked = request.accept_languages.best_match(LANGUAGES) if is_api() else by_page
    _spoken.set(asked if asked in LANGUAGES else "zh")


def forget_choice(_error: BaseException | None) -> None:
    _spoken.set("zh")


def gettext(text: str, **values: Any) -> str:
    """The text in this request's language, with its values."""
    found = text if language() == "zh" else _looked_up(text, values)
    return found % values if values else found


def _looked_up(text: str, values: Mapping[str, Any]) -> str:
    """The English text; of one thing or of many where the catalogue knows both and ``count`` says which."""
    if "count" in values:
        count = values["count"]
        found: str = _catalogue().ungettext(text, text, count if isinstance(count, int) else MANY)
        if found != text:
            return found
    return cast(str, _catalogue().ugettext(text))


@pass_eval_context
def said(context: EvalContext, text: str, /, **values: Any) -> str:
    """``_`` of templates: like :func:`gettext`, with values escaped where the template escapes."""
    found = text if language() == "zh" else _looked_up(text, values)
    if not context.autoescape:
        return found % values if values else found
    # Escaped here and not by Markup's own %, which wraps each value in objects of its own.
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(found % safe if safe else found)  # noqa: S704  (texts of our own, not of people)


def translate(message: Message | Amount | str) -> str:
    """Say a message of the domain in this request's language; so are those of its values that have a language."""
    if isinstance(message, str):
        return gettext(message)
    if isinstance(message, Amount):
        return amount_text(message, language())
    return gettext(message.id, **_said(message.values)) if message.values else gettext(message.id)


def _said(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _worded(value) for name, value in values.items()}


def _worded(value: object) -> object:
    if isinstance(value, Message | Amount):
        return translate(value)
    if isinstance(value, datetime):
        return minute_text(value, language())
    return day_text(value, language()) if isinstance(value, date) else value


def _catalogue() -> Any:
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def remember_choice(response: Response) -> Response:
    """``?lang=`` sets a cookie, so that the next page speaks the same language."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and not is_api():
        secure = request.is_secure
        response.set_cookie(COOKIE, asked, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return response


def init_app(app: Flask) -> None:
    app.before_request(choose)
    app.teardown_request(forget_choice)
    babel.init_app(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.globals["_"] = app.jinja_env.globals["counted"] = said
    app.add_template_filter(translate)
    app.after_request(remember_choice)
