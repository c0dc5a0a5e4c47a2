"""The API of achievements: the pages' forms, services and policy, in JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response, url_for
from sqlalchemy.orm import Session

from marketplace.achievements import queries, services
from marketplace.achievements.forms import AchievementForm, StepForm
from marketplace.achievements.lifecycle import LIFECYCLE, AchievementState
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import POLICY
from marketplace.achievements.presenters import shown_state
from marketplace.approvals import queries as approvals
from marketplace.core.actor import Actor
from marketplace.core.permissions import authorize
from marketplace.core.secrecy import Secrecy
from marketplace.organisations.api import department_fact, department_id_of, must_write_for, offer_parts
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.api import AreaCode, DirectionCode, IndustryCode
from marketplace.taxonomy.cooperation import OFFERED, Cooperation
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import directions_asked
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api, token
from marketplace.web.bodies import Shape, judged
from marketplace.web.current import actor, now
from marketplace.web.json_fields import instant, yuan
from marketplace.web.language import language
from marketplace.web.transaction import reading, writing

blueprint = rest.ApiBlueprint("achievements", __name__, description="Achievements (成果): what is on offer.")
STEP = Shape(StepForm, "AchievementStep")
FACTS = Shape(AchievementForm, "AchievementBody", numbers={"readiness": (1, 9)})


class OwnerSchema(ma.Schema):
    """The organisation whose it is."""

    id = json_fields.public_id()
    name = ma.fields.String()
    name_en = ma.fields.String(allow_none=True)


class AchievementRow(ma.Schema):
    """An achievement as lists show it. A listing whose last moment has passed is shown as expired."""

    id = json_fields.public_id(required=True)
    number = ma.fields.String(allow_none=True)
    title = ma.fields.String()
    title_en = ma.fields.String(allow_none=True)
    direction = ma.fields.String(allow_none=True)
    area = ma.fields.String(allow_none=True)
    readiness = ma.fields.Integer(allow_none=True)
    cooperation = ma.fields.List(ma.fields.String())
    price_min = json_fields.Yuan(allow_none=True, metadata={"description": "null: to be discussed"})
    price_max = json_fields.Yuan(allow_none=True)
    state = json_fields.Choice(AchievementState)
    listed_until = json_fields.Instant(allow_none=True)
    updated_at = json_fields.Instant()
    organisation = ma.fields.Nested(OwnerSchema)


class FigureSchema(ma.Schema):
    """One measured figure."""

    name = ma.fields.String()
    value = ma.fields.String()
    unit = ma.fields.String(allow_none=True)
    evidence = ma.fields.String(allow_none=True)


class AchievementDetail(AchievementRow):
    """An achievement; what only its owner and the staff may see is absent for others."""

    summary = ma.fields.String(allow_none=True)
    summary_en = ma.fields.String(allow_none=True)
    description = ma.fields.String(allow_none=True)
    other_directions = ma.fields.List(ma.fields.String())
    topics = ma.fields.List(ma.fields.String())
    readiness_evidence = ma.fields.String(allow_none=True)
    inventors = ma.fields.List(ma.fields.String())
    patents = ma.fields.List(ma.fields.String())
    figures = ma.fields.List(ma.fields.Nested(FigureSchema))
    secrecy = json_fields.Choice(Secrecy)
    department = department_fact()
    has_no_state_secrets = ma.fields.Boolean()
    state_reason = ma.fields.String(allow_none=True)
    created_at = json_fields.Instant()
    submitted_at = json_fields.Instant(allow_none=True)
    publish_at = json_fields.Instant(allow_none=True)
    published_at = json_fields.Instant(allow_none=True)
    actions = ma.fields.List(ma.fields.String(), metadata={"description": "what this actor may do now"})


class AchievementQuery(answers.ListQuery):
    """The filters of the page, amounts in yuan."""

    industry = IndustryCode()
    direction = DirectionCode()
    cooperation = json_fields.Choice(OFFERED)
    area = AreaCode()
    readiness_from = json_fields.asked_number(1, 9)
    price_to = json_fields.Yuan()
    q = json_fields.TextString(metadata={"maxLength": 80})
    sort = json_fields.Choice(queries.Sort, load_default=str(queries.Sort.NEWEST))


AchievementList = answers.envelope("AchievementList", AchievementRow)


@blueprint.offers("GET", open_api("achievements:read"), shows=AchievementList, query=AchievementQuery)
def index(query: dict[str, Any]) -> Response:
    """Listed achievements."""
    with reading() as session:
        moment = now()
        page = queries.list_achievements(
            session,
            actor(),
            filters=_filters(query),
            sort=queries.Sort(query["sort"]),
            page=query["page"],
            per_page=query["per_page"],
            now=moment,
        )
    return answers.listed(page, [as_row(one, now=moment) for one in page.items], asked=query["page"])


@blueprint.offers("GET /mine", token("achievements:read"), shows=AchievementList, query=answers.ListQuery)
def mine(query: dict[str, Any]) -> Response:
    """Achievements of one's organisation, in every state."""
    with reading() as session:
        moment = now()
        page = queries.list_own(session, actor(), page=query["page"], per_page=query["per_page"])
    return answers.listed(page, [as_row(one, now=moment) for one in page.items], asked=query["page"])


@blueprint.offers(
    "GET /<id:achievement_id>", open_api("achievements:read"), shows=AchievementDetail, names_version=True
)
def detail(achievement_id: str) -> Response:
    """One achievement."""
    with reading() as session:
        return _shown(session, queries.get_achievement(session, actor(), achievement_id))


@blueprint.offers(
    "POST", token("achievements:write"), shows=AchievementDetail, body=FACTS.schema, status=201, names_version=True
)
def create(body: dict[str, Any]) -> Response:
    """A new draft of the organisation that the token acts for."""
    who = actor()
    home = must_write_for(who)
    with writing() as session:
        draft = _draft(session, body, home)
        achievement = services.draft_achievement(session, who, organisation_id=home, draft=draft, now=now())
        achievement.organisation = session.get_one(Organisation, achievement.organisation_id)
        session.flush()
        return _shown(session, achievement, status=201)


@blueprint.offers(
    "PUT /<id:achievement_id>",
    token("achievements:write"),
    shows=AchievementDetail,
    body=FACTS.schema,
    names_version=True,
)
def replace(body: dict[str, Any], achievement_id: str) -> Response:
    """Replace a draft: what is left out becomes empty."""
    return _revise(achievement_id, body, keep=False)


@blueprint.offers(
    "PATCH /<id:achievement_id>",
    token("achievements:write"),
    shows=AchievementDetail,
    body=FACTS.schema,
    names_version=True,
)
def change(body: dict[str, Any], achievement_id: str) -> Response:
    """Change the named fields of a draft; a list is replaced as a whole."""
    return _revise(achievement_id, body, keep=True)


def take_step(achievement_id: str, action: str, body: Mapping[str, Any]) -> Response:
    step = judged(STEP.filled(body)).to_step()
    with writing() as session:
        achievement = queries.get_achievement(session, actor(), achievement_id)
        authorize(POLICY, action, actor(), achievement)
        answers.check_version(achievement.version)
        services.advance_achievement(session, actor(), achievement, action, step=step, now=now())
        session.flush()
        return _shown(session, achievement)


rest.actions_of(blueprint, LIFECYCLE, "achievement_id", body=STEP.schema, shown=AchievementDetail, take=take_step)


def as_row(achievement: Achievement, *, now: datetime) -> dict[str, Any]:
    """As lists show it."""
    owner = achievement.organisation
    return {
        "id": achievement.public_id,
        "number": achievement.number,
        "title": achievement.title,
        "title_en": achievement.title_en,
        "direction": achievement.direction,
        "area": achievement.area,
        "readiness": achievement.readiness,
        "cooperation": achievement.cooperation,
        "price_min": yuan(achievement.price_min_fen),
        "price_max": yuan(achievement.price_max_fen),
        "state": shown_state(achievement, now=now),
        "listed_until": instant(achievement.listed_until),
        "updated_at": instant(achievement.updated_at),
        "organisation": {"id": owner.public_id, "name": owner.name, "name_en": owner.name_en},
    }


def as_json(session: Session, achievement: Achievement, who: Actor, *, now: datetime) -> dict[str, Any]:
    """All that this actor may see of it: the same as on its page."""
    shown = as_row(achievement, now=now) | {name: getattr(achievement, name) for name in _PUBLIC}
    shown["figures"] = [_figure(row) for row in achievement.figures]
    shown |= {name: instant(getattr(achievement, name)) for name in _MOMENTS}
    if POLICY["see_history"](who, achievement):
        shown |= {name: getattr(achievement, name) for name in _KEPT}
        shown["department"] = department_id_of(session, achievement.department_id)
    shown["actions"] = [name.replace("_", "-") for name in _possible(session, achievement, who)]
    return shown


def _possible(session: Session, achievement: Achievement, who: Actor) -> list[str]:
    """As the page offers it: what the organisation's own approval holds back cannot be handed in yet."""
    allowed = [name for name in LIFECYCLE.actions_from(achievement.state) if POLICY[name](who, achievement)]
    if "submit" in allowed and approvals.is_held(session, services.matter_of(achievement)):
        allowed.remove("submit")
    return allowed


_PUBLIC = (
    "summary", "summary_en", "description", "other_directions", "topics", "readiness_evidence", "inventors", "patents",
    "secrecy",
)  # fmt: skip
_KEPT = ("has_no_state_secrets", "state_reason")
_MOMENTS = ("created_at", "submitted_at", "publish_at", "published_at")


def _figure(row: Any) -> dict[str, Any]:
    return {"name": row.name, "value": row.value, "unit": row.unit, "evidence": row.evidence}


def _shown(session: Session, achievement: Achievement, *, status: int = 200) -> Response:
    place = url_for("api_achievements.detail", achievement_id=achievement.public_id)
    body = as_json(session, achievement, actor(), now=now())
    return answers.answer(body, status=status, version=achievement.version, place=place)


def _revise(achievement_id: str, body: dict[str, Any], *, keep: bool) -> Response:
    with writing() as session:
        achievement = queries.get_achievement(session, actor(), achievement_id)
        authorize(POLICY, "edit", actor(), achievement)
        version = answers.check_version(achievement.version)
        whole = _stored(session, achievement) | body if keep else body
        draft = _draft(session, whole, achievement.organisation_id, achievement.department_id)
        services.revise_achievement(session, actor(), achievement, draft=draft, version=version, now=now())
        session.flush()
        return _shown(session, achievement)


def _stored(session: Session, achievement: Achievement) -> dict[str, Any]:
    """What is stored, as a body that was loaded: fen and rows."""
    names = (*_PUBLIC, "title", "title_en", "direction", "area", "readiness", "cooperation", "has_no_state_secrets")
    return {name: getattr(achievement, name) for name in names} | {
        "price_min": achievement.price_min_fen,
        "price_max": achievement.price_max_fen,
        "figures": [_figure(row) for row in achievement.figures],
        "department": department_id_of(session, achievement.department_id),
    }


def _draft(
    session: Session, body: Mapping[str, Any], organisation_id: int, part_id: int | None = None
) -> services.AchievementDraft:
    form = FACTS.filled(body)
    form.offer(catalogue(), language())
    offer_parts(session, form, actor(), organisation_id, part_id)
    return judged(form).to_draft()  # type: ignore[no-any-return]


def _filters(query: Mapping[str, Any]) -> queries.Filters:
    return queries.Filters(
        direction=directions_asked(catalogue(), query.get("direction"), query.get("industry")),
        cooperation=Cooperation(query["cooperation"]) if "cooperation" in query else None,
        area=query.get("area"),
        readiness_from=query.get("readiness_from"),
        price_to_fen=query.get("price_to"),
        words=(query.get("q") or "").replace("\0", "").strip()[:80] or None,
    )
