"""The floor (下限): the smallest Flask, SQLAlchemy and Jinja page that knows who is signed in and shows the same rows.

Three queries: whose session the cookie names, a count that stops at 1,000, twenty rows by the same index. The floor of
the API (``/rows``) asks whose token it is and shows two hundred rows as JSON.
"""

from collections.abc import Sequence

from flask import Flask, Response, jsonify, render_template, request, session
from jinja2 import DictLoader
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from marketplace.accounts.models import User, UserSession
from marketplace.accounts.tokens import fingerprint
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core import transaction
from marketplace.core.paging import COUNT_CAP, MAX_PER_PAGE, PER_PAGE
from marketplace.organisations.models import Organisation
from marketplace.tokens.models import ApiToken

TEMPLATES = {
    "layout.html": """<!DOCTYPE html>
<html lang="zh-CN">
  <head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
    <link rel="stylesheet" href="{{ url_for('static', filename='app.css') }}"></head>
  <body><header><a href="{{ url_for('index') }}">Floor</a> <span>{{ viewer.name }}</span></header>
    <main>{% block main %}{% endblock %}</main></body>
</html>""",
    "list.html": """{% extends "layout.html" %}
{% block title %}List{% endblock %}
{% block main %}<h1>List</h1><p>{{ total }}</p>
<ul>{% for one in rows %}
  <li><a href="{{ url_for('detail', public_id=one.public_id) }}">{{ one.title }}</a>
    <span>{{ one.direction }}</span> <span>{{ one.kind.value }}</span> <span>{{ one.organisation.name }}</span>
    <span>{{ one.budget_fen }}</span> <span>{{ one.bids_close_at.strftime('%Y-%m-%d') }}</span></li>{% endfor %}
</ul>{% endblock %}""",
}
SHOWN = (
    Challenge.public_id, Challenge.title, Challenge.direction, Challenge.kind, Challenge.budget_fen, Challenge.bids_close_at,
)  # fmt: skip


def floor_app(database_url: str, secret_key: str) -> Flask:
    """A bare application on the database of another one."""
    app = Flask(__name__)
    app.secret_key = secret_key
    app.jinja_loader = DictLoader(TEMPLATES)
    database = create_engine(database_url)
    transaction.configure(database)
    app.add_url_rule("/", "index", lambda: _index(database))
    app.add_url_rule("/rows", "rows", lambda: _rows(database))
    app.add_url_rule("/<public_id>", "detail", lambda public_id: public_id)
    return app


def _index(database: Engine) -> str:
    whose = (
        select(User.id, User.name)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.token_hash == fingerprint(session["token"]), UserSession.ended_at.is_(None))
    )
    with Session(database) as reading:
        viewer = reading.execute(whose).one()
        total, rows = _newest(reading, PER_PAGE)
        return render_template("list.html", viewer=viewer, total=total, rows=rows)


def _rows(database: Engine) -> Response:
    secret = (request.authorization and request.authorization.token) or ""
    whose = (
        select(User.id, ApiToken.scopes)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == fingerprint(secret), ApiToken.revoked_at.is_(None))
    )
    with Session(database) as reading:
        reading.execute(whose).one()
        total, rows = _newest(reading, MAX_PER_PAGE)
        return jsonify({"total": total, "items": [_told(one) for one in rows]})


def _newest(reading: Session, most: int) -> tuple[int, Sequence[Challenge]]:
    is_open = Challenge.state == ChallengeState.OPEN
    counted = select(1).where(is_open).limit(COUNT_CAP + 1).subquery()
    newest = (
        select(Challenge)
        .where(is_open)
        .options(load_only(*SHOWN), joinedload(Challenge.organisation).load_only(Organisation.name))
        .order_by(Challenge.published_at.desc(), Challenge.id.desc())
        .limit(most)
    )
    return reading.scalar(select(func.count()).select_from(counted)) or 0, reading.scalars(newest).all()


def _told(one: Challenge) -> dict[str, object]:
    return {
        "id": one.public_id,
        "title": one.title,
        "direction": one.direction,
        "kind": one.kind.value,
        "organisation": one.organisation.name,
        "budget": one.budget_fen,
        "bids_close_at": one.bids_close_at.isoformat() if one.bids_close_at else None,
    }
