"""Every view says who may call it. One that says nothing cannot be called."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.web.current import actor

View = TypeVar("View", bound=Callable[..., Any])
AUDIENCE = "_audience"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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


def audience_of(app: Flask, endpoint: str) -> str | None:
    view: Any = app.view_functions[endpoint]
    return getattr(view, AUDIENCE, None)


def check_audience() -> ResponseReturnValue | None:
    if request.endpoint in (None, "static"):
        return None
    audience = audience_of(current_app, str(request.endpoint))
    if audience is None:
        abort(500, "this view declares no audience")
    if audience != "signed_in" or actor().is_signed_in:
        return None
    if request.method in READING_METHODS:
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    return abort(401)
