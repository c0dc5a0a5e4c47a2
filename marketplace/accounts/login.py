"""The adapter between the browser's cookie and our sessions: who is looking at the page."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts import limits, queries, services
from marketplace.accounts.devices import device_of
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.services.sessions import Origin
from marketplace.accounts.standing import SignedIn, Standing, acting
from marketplace.core.actor import Actor
from marketplace.web.access import is_api
from marketplace.web.current import ActingFor, Viewer, config, now
from marketplace.web.transaction import reading, writing

TOKEN_KEY = "token"  # noqa: S105  (the name of a place, not a secret)
EXTENSION_KEY = "jiebang.login"

CONSENT_PAGE, FACTOR_PAGE = "accounts.consent", "factors.overview"
REACHABLE = frozenset({"accounts.logout", "static", "health.healthz", "health.readyz", None})
STEPS = {
    CONSENT_PAGE: frozenset({CONSENT_PAGE}),
    FACTOR_PAGE: frozenset({FACTOR_PAGE, "factors.start", "factors.enrol"}),
}
"""What somebody reaches who owes a consent, or a second factor."""

LoadStanding = Callable[[Session, SignedIn], Standing]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the application tells this adapter: who knows a person's standing, and where people land."""

    load_standing: LoadStanding
    home: str


def init_app(app: Flask, *, load_viewer: LoadStanding, home: str = "/workbench") -> None:
    """Register before the check of audiences, which asks who is looking."""
    app.extensions[EXTENSION_KEY] = Settings(load_viewer, home)
    app.before_request(set_viewer)
    app.before_request(hold_back)


def start(token: str) -> None:
    """A fresh cookie for a fresh session: nothing from before the sign-in survives in it."""
    session.clear()
    session[TOKEN_KEY] = token


def end() -> None:
    session.clear()


def current_token() -> str:
    return str(session.get(TOKEN_KEY, ""))


def set_viewer() -> None:
    """Two queries for whoever is signed in, none for visitors and static files."""
    if request.endpoint == "static" or is_api() or not current_token():
        return
    moment = now()
    with reading() as database:
        person = queries.signed_in(database, current_token())
        standing = _settings().load_standing(database, person) if person else None
    if person is None or standing is None or _has_timed_out(person, standing, moment):
        return
    g.viewer = as_viewer(person, standing)
    _see_what_is_missing(person, standing)
    if limits.is_worth_noting(seen_at=person.seen_at, now=moment):
        _note_seen(person, moment)


def needs_factor(standing: Standing) -> bool:
    """Whether this person's roles ask for a second factor here."""
    return standing.is_staff and config().staff_needs_factor


def _see_what_is_missing(person: SignedIn, standing: Standing) -> None:
    """Who owes a consent or a second factor acts with no rights until they gave it, and reaches that page alone."""
    if person.asks_consent:
        g.held_at = CONSENT_PAGE
    elif needs_factor(standing) and not person.has_factor:
        g.held_at = FACTOR_PAGE
    else:
        return
    g.viewer = Viewer(Actor(person.user_id, person.public_id), person.name)


def hold_back() -> ResponseReturnValue | None:
    """The way to the page where somebody gives what is missing, or None for everybody else."""
    held_at: str | None = g.get("held_at")
    if held_at is None or request.endpoint in REACHABLE | STEPS[held_at]:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(held_at, next=request.full_path.rstrip("?")))
    return abort(403)


def is_held() -> bool:
    """Whether this person still owes a consent or a second factor."""
    return "held_at" in g


def to_sitting(database: Session) -> ResponseReturnValue | None:
    """The way to the code that a sitting needs, or None in a browser where it was given.

    For views of features that ask for one, in a block that reads: ``way = login.to_sitting(session)``, and return it.
    """
    if queries.in_sitting(database, g.viewer.actor, current_token(), now=now()):
        return None
    return redirect(url_for("sittings.begin", next=request.full_path.rstrip("?")))


def keyring() -> KeyRing:
    return KeyRing(config().seal_key)


def origin() -> Origin | None:
    """Whence this request comes, for the person's own list of sessions."""
    ring = keyring()
    return Origin(ring, device_of(request.user_agent.string), request.remote_addr or "") if ring.is_set_up else None


def standing_of(session: Session, person: SignedIn) -> Standing:
    """What the person was granted, as whoever stands above this feature knows it."""
    return _settings().load_standing(session, person)


def as_viewer(person: SignedIn, standing: Standing, *, scopes: frozenset[str] | None = None) -> Viewer:
    actor = acting(person, standing)
    organisations = tuple(
        ActingFor(
            one.organisation_id,
            one.public_id,
            one.name,
            is_current=one.organisation_id == actor.current_organisation_id,
            name_en=one.name_en,
        )
        for one in standing.affiliations
    )
    return Viewer(actor, person.name, organisations, scopes)


def destination() -> str:
    """Where the person wanted to go before signing in, if that is a page of ours; else where people land."""
    wanted = request.args.get("next", "")
    return wanted if is_own_page(wanted) else _settings().home


def is_own_page(target: str) -> bool:
    """A path on this site: never another host, in whichever way browsers let one be written."""
    is_path = target.startswith("/") and not target.startswith("//")
    return is_path and "\\" not in target and target.isprintable()


def _settings() -> Settings:
    return cast(Settings, current_app.extensions[EXTENSION_KEY])


def _has_timed_out(person: SignedIn, standing: Standing, moment: datetime) -> bool:
    return limits.has_timed_out(
        started_at=person.started_at, seen_at=person.seen_at, is_staff=standing.is_staff, now=moment
    )


def _note_seen(person: SignedIn, moment: datetime) -> None:
    # A long write elsewhere must not keep anybody from reading: this note can wait for the next page.
    with suppress(OperationalError), writing() as database:
        services.note_seen(database, person.session_id, now=moment)
