"""The application factory: the only module that knows every feature."""

import os
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from marketplace.accounts import api as accounts_api
from marketplace.accounts import login
from marketplace.accounts import news as account_news
from marketplace.accounts import queries as account_queries
from marketplace.accounts import views as accounts
from marketplace.accounts.views import factors, leaving, people, sessions, sittings
from marketplace.achievements import api as achievements_api
from marketplace.achievements import news as achievement_news
from marketplace.achievements import policies as achievement_policies
from marketplace.achievements import presenters as achievement_presenters
from marketplace.achievements import queries as achievement_queries
from marketplace.achievements import services as achievement_services
from marketplace.achievements import views as achievements
from marketplace.admin import news as admin_news
from marketplace.admin import presenters as admin_presenters
from marketplace.admin import queries as admin_queries
from marketplace.admin import subscribers as admin_subscribers
from marketplace.admin import views as admin
from marketplace.approvals import api as approvals_api
from marketplace.approvals import news as approval_news
from marketplace.approvals import presenters as approval_presenters
from marketplace.approvals import subscribers as approval_subscribers
from marketplace.approvals import views as approvals
from marketplace.audit import news as audit_news
from marketplace.audit import queries as audit_queries
from marketplace.audit import views as log
from marketplace.bulk import exports
from marketplace.bulk import views as bulk
from marketplace.calendar import views as calendar
from marketplace.challenges import api as challenges_api
from marketplace.challenges import news as challenge_news
from marketplace.challenges import policies as challenge_policies
from marketplace.challenges import presenters as challenge_presenters
from marketplace.challenges import queries as challenge_queries
from marketplace.challenges import services as challenge_services
from marketplace.challenges import views as challenges
from marketplace.cli import commands
from marketplace.core import transaction
from marketplace.core.registry import Kind, Panel, Registry
from marketplace.core.text import _
from marketplace.discovery import api as discovery_api
from marketplace.discovery import panels as discovery_panels
from marketplace.discovery import views as discovery
from marketplace.files import news as file_news
from marketplace.files import panels as file_panels
from marketplace.files import parts as file_parts
from marketplace.files import views as files
from marketplace.follows import news as follow_news
from marketplace.follows import panels as follow_panels
from marketplace.follows import subscribers as follow_subscribers
from marketplace.follows import views as follows
from marketplace.indexing import engines, recorder
from marketplace.indexing import worker as indexing_worker
from marketplace.interests import news as interest_news
from marketplace.interests import panels as interest_panels
from marketplace.interests import policies as interest_policies
from marketplace.interests import presenters as interest_presenters
from marketplace.interests import queries as interest_queries
from marketplace.interests import views as interests
from marketplace.matching import api as matching_api
from marketplace.matching import panels as matching_panels
from marketplace.matching import subscribers as matching_subscribers
from marketplace.notifications import header, letters
from marketplace.notifications import news as notification_news
from marketplace.notifications import panels as notification_panels
from marketplace.notifications import queries as notification_queries
from marketplace.notifications import subscribers as notification_subscribers
from marketplace.notifications import views as notifications
from marketplace.organisations import api as organisations_api
from marketplace.organisations import news as organisation_news
from marketplace.organisations import policies as organisation_policies
from marketplace.organisations import presenters as organisation_presenters
from marketplace.organisations import queries as organisation_queries
from marketplace.organisations import subscribers as organisation_subscribers
from marketplace.organisations import views as organisations
from marketplace.organisations.queries import people as organisation_people
from marketplace.organisations.views import invitations, members, qualifications
from marketplace.questions import api as questions_api
from marketplace.questions import news as question_news
from marketplace.questions import panels as question_panels
from marketplace.questions import policies as question_policies
from marketplace.questions import presenters as question_presenters
from marketplace.questions import queries as question_queries
from marketplace.questions import subscribers as question_subscribers
from marketplace.questions import views as questions
from marketplace.settings import current as settings
from marketplace.settings import keys as setting_keys
from marketplace.settings import views as settings_views
from marketplace.taxonomy import api as taxonomy_api
from marketplace.taxonomy import current as taxonomy
from marketplace.taxonomy import views as taxonomy_views
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.catalogue_file import load_catalogue
from marketplace.taxonomy.library_file import load_library
from marketplace.taxonomy.presenters import area_choices, classified
from marketplace.tokens import bearer
from marketplace.tokens import queries as token_queries
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
LISTS_ASKED = {
    "challenges": challenges.list_asked,
    "achievements": achievements.list_asked,
    "organisations": organisations.list_asked,
}
"""How the address of an export is read: as its list's is."""
TASKS = (
    organisation_presenters.tasks,
    approval_presenters.tasks,
    challenge_queries.tasks,
    achievement_queries.tasks,
    question_queries.tasks,
    interest_queries.tasks,
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
    app.extensions[EXTENSION_KEY] = _registry(catalogue, config)
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


def _registry(catalogue: Catalogue, config: Config) -> Registry:
    registry = Registry()
    kinds = (
        _organisation_kind(),
        _achievement_kind(catalogue),
        _challenge_kind(catalogue),
        _question_kind(),
        _interest_kind(),
    )
    for kind in kinds:
        registry.add_kind(kind)
    for rules in FILE_RULES:
        registry.add_files(rules)
        registry.add_panel(Panel(rules.kind, "files/_panel.html", file_panels.files_under(rules)))
    for panel in (*_approval_panels(registry), *PANELS):
        registry.add_panel(panel)
    registry.add_panel(Panel("workbench", "follows/_workbench.html", follow_panels.of_workbench(registry)))
    for source in TASKS:
        registry.add_tasks(source)
    for export in exports.of_lists(catalogue, config.base_url, LISTS_ASKED):
        registry.add_export(export)
    registry.add_export(admin_presenters.log_export(admin.log_asked))
    registry.add_settings(*setting_keys.KEYS)
    for obstacles in (account_queries.staff_obstacles, organisation_queries.sole_owner_obstacles):
        registry.add_obstacles(obstacles)
    registry.add_personal_data("organisations", organisation_queries.memberships_as_data)
    registry.add_personal_data("tokens", token_queries.tokens_as_data)
    registry.add_personal_data("invitations", organisation_people.invitations_as_data)
    registry.add_personal_data("letters", notification_queries.letters_as_data)
    registry.add_personal_data("messages", notification_queries.messages_as_data)
    return registry


def _organisation_kind() -> Kind:
    return Kind(
        name=organisation_presenters.KIND,
        label=_("单位"),
        load=organisation_queries.load,
        policy=organisation_policies.POLICY,
        title=organisation_presenters.title,
        endpoint="organisations.detail",
        document=organisation_presenters.as_document,
        versions=organisation_queries.public_versions,
        load_visible=organisation_queries.load_visible,
        result=lambda organisation, _actor, _now: organisation,
        row_template="organisations/_hit.html",
    )


def _achievement_kind(catalogue: Catalogue) -> Kind:
    return Kind(
        name=achievement_presenters.KIND,
        label=_("成果"),
        load=achievement_queries.load,
        policy=achievement_policies.POLICY,
        title=lambda achievement: str(achievement.title),
        endpoint="achievements.detail",
        document=classified(achievement_presenters.as_document, catalogue),
        versions=achievement_queries.public_versions,
        load_visible=achievement_queries.load_visible,
        result=lambda achievement, actor, now: achievement_presenters.as_row(achievement, actor, now=now),
        row_template="discovery/_achievement_hit.html",
        approval=achievement_services.APPROVAL,
    )


def _challenge_kind(catalogue: Catalogue) -> Kind:
    return Kind(
        name=challenge_presenters.KIND,
        label=_("榜单"),
        load=challenge_queries.load,
        policy=challenge_policies.POLICY,
        title=lambda challenge: str(challenge.title),
        endpoint="challenges.detail",
        document=classified(challenge_presenters.as_document, catalogue),
        versions=challenge_queries.public_versions,
        load_visible=challenge_queries.load_visible,
        result=lambda challenge, actor, now: challenge_presenters.as_row(challenge, actor, now=now),
        row_template="discovery/_challenge_hit.html",
        approval=challenge_services.APPROVAL,
    )


def _approval_panels(registry: Registry) -> list[Panel]:
    """On the page of every thing that knows the step, and on the organisation's own."""
    known = {name: kind for name, kind in registry.kinds.items() if kind.approval is not None}
    panels = [
        Panel(name, "approvals/_panel.html", approval_presenters.panel_of(kind.approval))
        for name, kind in known.items()
        if kind.approval is not None
    ]
    of_organisation = approval_presenters.panel_of_organisation({name: kind.label for name, kind in known.items()})
    return [*panels, Panel("organisation", "approvals/_of_organisation.html", of_organisation)]


FILE_RULES = (challenge_policies.FILES, achievement_policies.FILES)


def _question_kind() -> Kind:
    return Kind(
        name=question_presenters.KIND,
        label=_("提问"),
        load=question_queries.load,
        policy=question_policies.POLICY,
        title=question_presenters.title,
        endpoint="questions.detail",
    )


def _interest_kind() -> Kind:
    return Kind(
        name=interest_presenters.KIND,
        label=_("合作意向"),
        load=interest_queries.load,
        policy=interest_policies.POLICY,
        title=interest_presenters.title,
        endpoint="interests.detail",
    )


PANELS = (
    Panel("challenge_tools", "follows/_button.html", follow_panels.button_for("challenge")),
    Panel("achievement_tools", "interests/_button.html", interest_panels.button),
    Panel("achievement_tools", "follows/_button.html", follow_panels.button_for("achievement")),
    Panel("organisation", "follows/_panel.html", follow_panels.button_for("organisation")),
    Panel("direction", "follows/_panel.html", follow_panels.button_for("direction")),
    Panel("user", "organisations/_of_user.html", organisation_presenters.panel_of_user),
    Panel("user", "notifications/_of_user.html", lambda *_: {}),
    Panel("organisation", "discovery/_lists.html", discovery_panels.of_organisation),
    Panel("industry", "discovery/_lists.html", discovery_panels.of_directions),
    Panel("direction", "discovery/_lists.html", discovery_panels.of_direction),
    Panel("challenge", "questions/_panel.html", question_panels.of_challenge),
    Panel("challenge", "matching/_panel.html", matching_panels.of_challenge),
    Panel("achievement", "interests/_panel.html", interest_panels.of_achievement),
    Panel("achievement", "matching/_panel.html", matching_panels.of_achievement),
    Panel("workbench", "notifications/_of_workbench.html", notification_panels.of_workbench),
    Panel("workbench", "matching/_panel.html", matching_panels.of_workbench),
    Panel("workbench", "interests/_workbench.html", interest_panels.of_workbench),
)
