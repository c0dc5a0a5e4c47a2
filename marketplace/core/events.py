"""Call down, signal up: how a feature is heard by those above it without importing them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]
_handlers: dict[type, list[Handler]] = defaultdict(list)


def subscribe(event_type: type) -> Callable[[Handler], Handler]:
    """Register a handler; a second registration of the same one changes nothing."""

    def register(handler: Handler) -> Handler:
        if handler not in _handlers[event_type]:
            _handlers[event_type].append(handler)
        return handler

    return register


def publish(session: Session, event: object) -> None:
    """Run every handler now, in the caller's transaction; they may only write rows."""
    for handler in _handlers[type(event)]:
        handler(session, event)
