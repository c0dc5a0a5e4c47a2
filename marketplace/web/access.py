"""Every view says who may call it. One that says nothing cannot be called."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.errors import NotAllowed
from marketplace.core.text import _, say
from marketplace.web.current import actor, viewer

View = TypeVar("View", bound=Callable[..., Any])
AUDIENCE = "_audience"
SCOPE = "_scope"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API_PREFIX = "/api/"
DOCS = "api_docs.page"
"""The one page below the prefix."""
SCOPE_LACKING = _("令牌没有这一步需要的权限 %(scope)s。")


class ScopeLacking(NotAllowed):
    """The token holds, but not for this; ``scope`` is what it would need."""

    def __init__(self, scope: str) -> None:
        super().__init__(say(SCOPE_LACKING, scope=scope))
        self.scope = scope


def public(view: View) -> View:
    """Anyone may read; never writes."""
    setattr(view, AUDIENCE, "public")
    return view


def anonymous_form(view: View) -> View:
    """Anyone may post: sign in, register, reset. CSRF and a limit per address; a list of these stands in the tests."""
    setattr(view, AUDIENCE, "anonymous_form")
    return view


def signed_in(view: View) -> View:
    """Only people who are signed in."""
    setattr(view, AUDIENCE, "signed_in")
    return view


def token(scope: str) -> Callable[[View], View]:
    """Only programs, by a bearer token with this scope. Cookies are not looked at, so that no page can write here."""
    return lambda view: _for_programs(view, "token", scope)


def open_api(scope: str = "") -> Callable[[View], View]:
    """Anyone may read by program; never writes. With a token it is the person's own view, if it has the scope."""
    return lambda view: _for_programs(view, "open_api", scope)


def _for_programs(view: View, audience: str, scope: str) -> View:
    setattr(view, AUDIENCE, audience)
    setattr(view, SCOPE, scope)
    return view


def is_api() -> bool:
    """Is this a request of a program: an address below ``/api/`` that is no page?"""
    return request.path.startswith(API_PREFIX) and request.endpoint != DOCS


def scope_of(app: Flask, endpoint: str) -> str:
    view: Any = app.view_functions[endpoint]
    return str(getattr(view, SCOPE, ""))


def audience_of(app: Flask, endpoint: str) -> str | None:
    view: Any = app.view_functions[endpoint]
    return getattr(view, AUDIENCE, None)


def check_audience() -> ResponseReturnValue | None:
    if request.endpoint in (None, "static"):
        return None
    audience = audience_of(current_app, str(request.endpoint))
    if audience is None:
        abort(500, "this view declares no audience")
    if audience in ("token", "open_api"):
        _check_token(audience)
        return None
    if audience != "signed_in" or actor().is_signed_in:
        return None
    if request.method in READING_METHODS:
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    return abort(401)


def _check_token(audience: str) -> None:
    if not actor().is_signed_in:
        if audience == "token":
            abort(401)
        return
    scope = scope_of(current_app, str(request.endpoint))
    if scope and scope not in (viewer().scopes or ()):
        raise ScopeLacking(scope)
