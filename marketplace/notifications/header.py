"""The unread messages in the head of every page (adapter to Flask): one look into an index, none for visitors."""

from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from marketplace.notifications.queries import COUNT_UNREAD, MOST_COUNTED
from marketplace.web.current import actor
from marketplace.web.extensions import db


def init_app(app: Flask) -> None:
    app.context_processor(_inbox)


def _inbox() -> dict[str, Any]:
    """``inbox_unread`` as the head shows it; absent for visitors, empty where all is read."""
    who = actor()
    if not who.is_signed_in:
        return {}
    try:
        with db.engine.connect() as connection:
            count = connection.scalar(COUNT_UNREAD, {"user_id": who.user_id}) or 0
    except SQLAlchemyError:  # the page that says so has a head, too
        count = 0
    return {"inbox_unread": f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")}
