"""What templates may use besides what their view gives them: filters, and the furniture of every page."""

from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request, url_for
from flask.templating import Environment as FlaskEnvironment

from marketplace.core.calendar import beijing
from marketplace.core.locale import amount_text, day_text, minute_text
from marketplace.core.money import Amount
from marketplace.core.text import _
from marketplace.web.current import config, viewer
from marketplace.web.language import HTML_LANGUAGE, gettext, language

SIZE_COOKIE = "size"
NAVIGATION = (
    ("discovery.home", _("首页"), "discovery.home"),
    ("challenges.index", _("榜单"), "challenges."),
    ("achievements.index", _("成果"), "achievements."),
    ("taxonomy.index", _("产业"), "taxonomy."),
    ("organisations.index", _("单位"), "organisations."),
)
DEMO_BANNER = _("演示环境：数据均为虚构。")
NO_FACTOR_BANNER = _("工作人员登录不要求两步验证（SECOND_FACTOR=none）。")
NO_ARGUMENTS = frozenset({"endpoint", "_anchor", "_external", "_method", "_scheme"})
"""Names that ``url_for`` keeps for itself: in an address somebody typed they mean nothing."""
ADDRESSES_KEPT = 4_096


class Environment(FlaskEnvironment):
    """Templates use the globals as they are.

    Jinja lays an empty map over them for each template and walks the chain of both for every page, include and import.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def day(moment: datetime | date | None) -> str:
    """The day in Beijing, ``2026-11-24`` or ``24 Nov 2026``."""
    return "" if moment is None else day_text(moment, language())


def minute(moment: date | datetime | None) -> str:
    """Beijing's day and clock, ``2026-11-24 17:00`` or ``24 Nov 2026, 17:00``."""
    return "" if moment is None else minute_text(moment, language())


def iso(moment: datetime | None) -> str:
    return "" if moment is None else beijing(moment).isoformat(timespec="seconds")


def amount(amount_fen: int | None, most_fen: int | None = None) -> str:
    """``480 万元``, ``CNY 4.8 million``; with two amounts the range."""
    return "" if amount_fen is None else amount_text(Amount(amount_fen, most_fen), language())


def localized(thing: Any, name: str) -> str:
    """The English text of a thing on English pages where there is one, else the Chinese."""
    english = getattr(thing, f"{name}_en", None) if language() == "en" else None
    return english or getattr(thing, name) or ""


def page_context() -> dict[str, Any]:
    """Furniture of the page: language, navigation, who is looking. Its name and foot come from the settings."""
    endpoint = request.endpoint or ""
    large = request.args.get("size", request.cookies.get(SIZE_COOKIE)) == "large"
    return {
        "viewer": viewer(),
        "language": language(),
        "html_lang": HTML_LANGUAGE[language()],
        "html_class": "large" if large else "",
        "navigation": [
            (gettext(label), url_for(target), endpoint.startswith(mark)) for target, label, mark in NAVIGATION
        ],
        "mode_banner": _mode_banner(),
        "language_links": [("中文", _same_page(lang="zh"), "zh"), ("English", _same_page(lang="en"), "en")],
        "size_link": (gettext(_("标准字号")), _same_page(size="normal"))
        if large
        else (gettext(_("长辈版")), _same_page(size="large")),
    }


def _mode_banner() -> str | None:
    """What is different here from a site in production."""
    if not config().is_demo:
        return None
    lines = [DEMO_BANNER] if config().staff_needs_factor else [DEMO_BANNER, NO_FACTOR_BANNER]
    return " ".join(gettext(line) for line in lines)


def _same_page(**changes: Any) -> str:
    """This page's address with another language or size; a page that was posted goes back to its own address."""
    if request.endpoint is None:
        return url_for("discovery.home", **changes)
    asked = {name: values for name, values in request.args.lists() if name not in NO_ARGUMENTS}
    arguments: Mapping[str, Any] = {**asked, **(request.view_args or {}), **changes}
    return url_for(request.endpoint, **arguments)


def remember_size(response: Any) -> Any:
    """``?size=large`` keeps the larger type of 长辈版 in a cookie."""
    asked = request.args.get("size")
    if asked in ("large", "normal"):
        response.set_cookie(
            SIZE_COOKIE, asked, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


def kept_addresses() -> Callable[..., str]:
    """``url_for`` of templates: an address is put together once, not for every row of every page."""

    @lru_cache(maxsize=ADDRESSES_KEPT)
    def build(_script_root: str, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)

    def address(endpoint: str, **values: Any) -> str:
        is_relative = endpoint.startswith(".")
        is_plain = all(isinstance(value, str | int) for value in values.values())
        if is_relative or not is_plain or "_external" in values or not has_request_context():
            return url_for(endpoint, **values)
        return build(request.script_root, endpoint, **values)

    return address


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = kept_addresses()
    for template_filter in (day, minute, iso, amount, localized):
        app.add_template_filter(template_filter)
    app.context_processor(page_context)
    app.after_request(remember_size)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
