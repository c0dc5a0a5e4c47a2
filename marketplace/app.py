"""The application factory; what features offer each other is in ``features``."""

import os
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from marketplace.accounts import api as accounts_api
from marketplace.accounts import login
from marketplace.accounts import news as account_news
from marketplace.accounts import views as accounts
from marketplace.accounts.views import factors, leaving, people, sessions, sittings
from marketplace.achievements import api as achievements_api
from marketplace.achievements import news as achievement_news
from marketplace.achievements import views as achievements
from marketplace.admin import news as admin_news
from marketplace.admin import queries as admin_queries
from marketplace.admin import subscribers as admin_subscribers
from marketplace.admin import views as admin
from marketplace.approvals import api as approvals_api
from marketplace.approvals import news as approval_news
from marketplace.approvals import subscribers as approval_subscribers
from marketplace.approvals import views as approvals
from marketplace.audit import news as audit_news
from marketplace.audit import queries as audit_queries
from marketplace.audit import views as log
from marketplace.bulk import views as bulk
from marketplace.calendar import views as calendar
from marketplace.challenges import api as challenges_api
from marketplace.challenges import news as challenge_news
from marketplace.challenges import views as challenges
from marketplace.cli import commands
from marketplace.core import transaction
from marketplace.discovery import api as discovery_api
from marketplace.discovery import views as discovery
from marketplace.features import build_registry
from marketplace.files import news as file_news
from marketplace.files import parts as file_parts
from marketplace.files import views as files
from marketplace.follows import news as follow_news
from marketplace.follows import subscribers as follow_subscribers
from marketplace.follows import views as follows
from marketplace.indexing import engines, recorder
from marketplace.indexing import worker as indexing_worker
from marketplace.interests import news as interest_news
from marketplace.interests import views as interests
from marketplace.matching import api as matching_api
from marketplace.matching import subscribers as matching_subscribers
from marketplace.notifications import header, letters
from marketplace.notifications import news as notification_news
from marketplace.notifications import subscribers as notification_subscribers
from marketplace.notifications import views as notifications
from marketplace.organisations import api as organisations_api
from marketplace.organisations import news as organisation_news
from marketplace.organisations import queries as organisation_queries
from marketplace.organisations import subscribers as organisation_subscribers
from marketplace.organisations import views as organisations
from marketplace.organisations.views import invitations, members, qualifications
from marketplace.questions import api as questions_api
from marketplace.questions import news as question_news
from marketplace.questions import subscribers as question_subscribers
from marketplace.questions import views as questions
from marketplace.settings import current as settings
from marketplace.settings import views as settings_views
from marketplace.taxonomy import api as taxonomy_api
from marketplace.taxonomy import current as taxonomy
from marketplace.taxonomy import views as taxonomy_views
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.catalogue_file import load_catalogue
from marketplace.taxonomy.library_file import load_library
from marketplace.taxonomy.presenters import area_choices
from marketplace.tokens import bearer
from marketplace.tokens import subscribers as token_subscribers
from marketplace.tokens import views as tokens
from marketplace.web import (
    access,
    api_docs,
    converters,
    errors,
    health,
    language,
    logs,
    metrics,
    readiness,
    rest,
    security,
    style,
    templating,
    uploads,
)
from marketplace.web.current import now
from marketplace.web.extensions import EXTENSION_KEY, csrf, db, migrate

ROOT = Path(__file__).parents[1]
BLUEPRINTS = (
    health.blueprint,
    style.blueprint,
    log.blueprint,
    settings_views.blueprint,
    calendar.blueprint,
    accounts.blueprint,
    factors.blueprint,
    sessions.blueprint,
    sittings.blueprint,
    leaving.blueprint,
    tokens.blueprint,
    people.blueprint,
    organisations.blueprint,
    members.blueprint,
    invitations.blueprint,
    qualifications.blueprint,
    taxonomy_views.blueprint,
    files.blueprint,
    approvals.blueprint,
    achievements.blueprint,
    challenges.blueprint,
    questions.blueprint,
    follows.blueprint,
    interests.blueprint,
    discovery.blueprint,
    admin.blueprint,
    bulk.blueprint,
    notifications.blueprint,
    api_docs.blueprint,
)
LISTENERS = (
    recorder,
    question_subscribers,
    follow_subscribers,
    matching_subscribers,
    token_subscribers,
    organisation_subscribers,
    notification_subscribers,
    admin_subscribers,
    approval_subscribers,
)
"""Modules that subscribe to events when they are imported."""
API_BLUEPRINTS = (
    accounts_api.blueprint, organisations_api.blueprint, taxonomy_api.blueprint, approvals_api.blueprint,
    achievements_api.blueprint,
    challenges_api.blueprint, questions_api.blueprint, matching_api.blueprint, discovery_api.search_blueprint,
    discovery_api.statistics_blueprint,
)  # fmt: skip
NEWS = (
    audit_news,
    account_news,
    organisation_news,
    file_news,
    notification_news,
    approval_news,
    achievement_news,
    challenge_news,
    question_news,
    follow_news,
    admin_news,
    interest_news,
)
"""Modules that declare what people may be told of when they are imported."""


def create_app(config: Config) -> Flask:
    """Build the application; it opens neither database nor index until they are used."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "marketplace/web/static"))
    app.jinja_environment = templating.Environment
    app.config.from_mapping(config.flask_settings())
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    catalogue = load_catalogue(config.taxonomy_file)
    app.extensions[EXTENSION_KEY] = build_registry(catalogue, config)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        transaction.configure(db.engine)
    app.url_map.converters.update(converters.CONVERTERS)
    logs.init_app(app, tells_requests=not config.is_demo)
    for toolkit in (language, templating, security, errors):
        toolkit.init_app(app)
    uploads.init_app(app, signed_in_key=login.TOKEN_KEY)  # before the token is looked for in what was sent
    csrf.init_app(app)  # after the language, in which a refusal is said
    _init_features(app, config, catalogue)
    return app


def _init_features(app: Flask, config: Config, catalogue: Catalogue) -> None:
    settings.init_app(app)
    taxonomy.init_app(app, catalogue, load_library(config.taxonomy_file, catalogue))
    taxonomy_views.init_app(app, catalogue)
    engines.init_app(app, config, catalogue)
    letters.init_app(app, config)
    kept = file_parts.init_app(app, config)
    app.extensions[health.NOTES_KEY] = {
        "antivirus": kept.antivirus_note,
        "worker": lambda: readiness.worker_note(config.instance, now),
    }
    header.init_app(app)
    app.extensions[health.READY_KEY] = {
        "schema": lambda: readiness.schema_fault(db.engine, ROOT / "migrations"),
        "disk": lambda: readiness.disk_fault(config.instance),
        "clock": lambda: readiness.clock_fault(lambda: audit_queries.latest_moment(db.engine), now),
        "files": kept.store.fault,
        "search": app.extensions[engines.KEY].is_ready,
        "index": lambda: indexing_worker.fault(db.engine),
        "storage": lambda: None if os.access(config.instance, os.W_OK) else "the instance folder cannot be written",
    }
    app.config[organisations.AREA_CHOICES] = lambda: area_choices(catalogue, language.language())
    metrics.init_app(
        app,
        folder=config.metrics_folder if config.shares_metrics else None,
        sources=(lambda: admin_queries.figures(db.engine, now=now()),),
    )
    login.init_app(app, load_viewer=organisation_queries.viewer_of)
    bearer.init_app(app)
    app.before_request(access.check_audience)
    bearer.init_answers(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    rest.init_app(app, API_BLUEPRINTS)
    commands.register(app)
