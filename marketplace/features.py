"""What every feature offers the others: kinds of things, panels, tasks, exports, settings, personal data."""

from config import Config
from marketplace.accounts import queries as account_queries
from marketplace.achievements import policies as achievement_policies
from marketplace.achievements import presenters as achievement_presenters
from marketplace.achievements import queries as achievement_queries
from marketplace.achievements import services as achievement_services
from marketplace.achievements import views as achievements
from marketplace.admin import presenters as admin_presenters
from marketplace.admin import views as admin
from marketplace.approvals import presenters as approval_presenters
from marketplace.bulk import exports
from marketplace.challenges import policies as challenge_policies
from marketplace.challenges import presenters as challenge_presenters
from marketplace.challenges import queries as challenge_queries
from marketplace.challenges import services as challenge_services
from marketplace.challenges import views as challenges
from marketplace.core.registry import Kind, Panel, Registry
from marketplace.core.text import _
from marketplace.discovery import panels as discovery_panels
from marketplace.files import limits as file_limits
from marketplace.files import panels as file_panels
from marketplace.follows import panels as follow_panels
from marketplace.interests import panels as interest_panels
from marketplace.interests import policies as interest_policies
from marketplace.interests import presenters as interest_presenters
from marketplace.interests import queries as interest_queries
from marketplace.matching import panels as matching_panels
from marketplace.notifications import panels as notification_panels
from marketplace.notifications import queries as notification_queries
from marketplace.organisations import policies as organisation_policies
from marketplace.organisations import presenters as organisation_presenters
from marketplace.organisations import queries as organisation_queries
from marketplace.organisations import views as organisations
from marketplace.organisations.queries import people as organisation_people
from marketplace.questions import panels as question_panels
from marketplace.questions import policies as question_policies
from marketplace.questions import presenters as question_presenters
from marketplace.questions import queries as question_queries
from marketplace.settings import keys as setting_keys
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.presenters import classified
from marketplace.tokens import queries as token_queries

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


def build_registry(catalogue: Catalogue, config: Config) -> Registry:
    """Everything that features tell of themselves; lower ones never import upper ones."""
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
    registry.add_settings(*setting_keys.KEYS, *file_limits.KEYS)
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
