"""Whether this process lives, and whether it could serve."""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.web.access import public
from marketplace.web.extensions import db

blueprint = Blueprint("health", __name__)
NOTES_KEY = "jiebang.ready.notes"
"""Parts without which the site serves all the same: name → a function that says how they are."""
READY_KEY = "jiebang.ready"
"""Further parts to ask: name → a function that gives None, or the reason why the part is not ready."""


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    parts = {"database": _database_fault()}
    for name, ask in current_app.extensions.get(READY_KEY, {}).items():
        parts[name] = ask()
    faults = {name: reason for name, reason in parts.items() if reason is not None}
    for name, reason in faults.items():
        current_app.logger.warning("not ready: %s: %s", name, reason)
    # What follows a colon tells of this machine, and anybody may ask.
    answer = {name: (reason or "ok").partition(":")[0] for name, reason in parts.items()}
    answer |= {name: say() for name, say in current_app.extensions.get(NOTES_KEY, {}).items()}
    return jsonify(status="not ready" if faults else "ok", parts=answer), 503 if faults else 200


def _database_fault() -> str | None:
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return "the database does not answer or was never migrated"
    return None
