"""Larger bodies for the few addresses that take files, and only for people who have signed in.

The limit is set before anything reads the body: the security token stands in it.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request, session
from werkzeug.exceptions import ClientDisconnected

from marketplace.core.text import Message

View = TypeVar("View", bound=Callable[..., Any])
LIMIT = "_upload_limit"
BESIDE_THE_FILE = 256 * 1024
"""Room for the other fields and the marks between them."""
MOST_DRAINED = 64 * 1024 * 1024
PIECE = 256 * 1024


def takes_files(most: Callable[[], int], too_large: Callable[[], Message]) -> Callable[[View], View]:
    """A view that takes files of so many bytes; ``too_large`` words the refusal of more."""

    def mark(view: View) -> View:
        setattr(view, LIMIT, (most, too_large))
        return view

    return mark


def words_of_refusal() -> Message | None:
    """What to say of this body that is too large; None where the ordinary limit holds."""
    return cast(Message | None, g.get("upload_too_large"))


def init_app(app: Flask, *, signed_in_key: str) -> None:
    """``signed_in_key`` is what the session of a person who signed in holds."""

    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        marked = getattr(view, LIMIT, None)
        if marked is None or request.method != "POST" or signed_in_key not in session:
            return
        most, too_large = marked
        request.max_content_length = most() + BESIDE_THE_FILE
        g.upload_too_large = too_large()
        if (request.content_length or 0) > request.max_content_length:
            _drain()

    app.before_request(allow)
    app.teardown_request(lambda _error: request.close())  # what was received goes with the request


def _drain() -> None:
    """Take what still comes: browsers show no answer to a body that nobody read to its end."""
    source, left = request.input_stream, min(request.content_length or 0, MOST_DRAINED)
    with suppress(OSError, ClientDisconnected):
        while left > 0 and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
