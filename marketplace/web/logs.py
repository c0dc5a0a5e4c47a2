"""Logs as JSON lines: what happened, in which request, never whose words.

A request is its id, endpoint, status and time, and the actor's pseudonym, which the audit log knows. No address (they
carry words that were searched and tokens of letters), no headers, no forms. An exception is its type and where it was
raised: what it says may quote what somebody typed.
"""

import logging
import re
import secrets
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from flask.logging import wsgi_errors_stream
from structlog.typing import Processor

from marketplace.web.current import actor

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADER = "X-Request-Id"
FRAMES = 12
Event = MutableMapping[str, Any]


def request_id() -> str:
    """Of this request: the one a trusted proxy gave it, or a new one."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "") if current_app.config["JIEBANG"].trusted_proxies else ""
        g.request_id = given if ID.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def _add_request(_logger: Any, _method: str, event: Event) -> Event:
    if has_request_context():
        event["request"], event["endpoint"] = request_id(), request.endpoint
        event["actor"] = actor().public_id or None
    return event


def _without_words(_logger: Any, _method: str, event: Event) -> Event:
    """Exceptions as type and places, the innermost last."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["error"] = type(error).__name__
        event["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _plain(_logger: Any, _method: str, event: Event) -> Event:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def formatter() -> logging.Formatter:
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(("seconds", "status", "method")),
        _add_request,
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[_without_words, _plain, render], use_get_message=True
    )


def _begin() -> None:
    g.asked_at = time.perf_counter()
    request_id()


def _note(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    if request.endpoint != "static":
        seconds = round(time.perf_counter() - g.get("asked_at", time.perf_counter()), 4)
        facts = {"method": request.method, "status": response.status_code, "seconds": seconds}
        current_app.logger.info("request", extra=facts)
    return response


def init_app(app: Flask, *, tells_requests: bool) -> None:
    """``tells_requests``: a line for each request; faults are told in any case."""
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
    handler.setFormatter(formatter())
    app.logger.handlers[:] = [handler]
    app.logger.setLevel(logging.INFO if tells_requests else logging.WARNING)
    app.before_request(_begin)
    app.after_request(_note)
