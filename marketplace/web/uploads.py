"""Forms that take files may be larger than others; every other request keeps to the general limit."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = "_largest_body"
ENVELOPE = 64 * 1024
"""What a form needs around its file."""


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """This view takes files of so many bytes in one request."""

    def mark(view: View) -> View:
        setattr(view, LARGEST, most_bytes + ENVELOPE)
        return view

    return mark


def allow_larger() -> None:
    most = getattr(current_app.view_functions.get(request.endpoint or ""), LARGEST, None)
    if most is not None:
        request.max_content_length = most


def init_app(app: Flask) -> None:
    app.before_request(allow_larger)
