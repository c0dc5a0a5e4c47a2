"""The API of challenges: the pages' forms, services and policy, in JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response, url_for
from sqlalchemy.orm import Session

from marketplace.approvals import queries as approvals
from marketplace.challenges import queries, services
from marketplace.challenges.forms import ChallengeForm, StepForm, form_for
from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import LIFECYCLE, ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY
from marketplace.challenges.timing import Phase, phase_of
from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.organisations.api import department_id_of, must_write_for, offer_parts
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.api import AreaCode, DirectionCode, IndustryCode
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import directions_asked
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api, token
from marketplace.web.bodies import Shape, judged
from marketplace.web.current import actor, now
from marketplace.web.json_fields import instant, yuan
from marketplace.web.language import language
from marketplace.web.transaction import reading, writing

blueprint = rest.ApiBlueprint("challenges", __name__, description="Challenges (榜单): what is wanted.")
READINESS = {"readiness_wanted": (1, 9)}
KIND_FIXED = _("类型在建立时定下，不能更改。")

particulars = ma.fields.Dict(
    keys=json_fields.TextString(),
    values=json_fields.TextString(allow_none=True),
    metadata={"description": "What only this kind asks."},
)
kind = json_fields.Choice(ChallengeKind)
STEP = Shape(StepForm, "ChallengeStep")
FACTS = Shape(ChallengeForm, "ChallengeBody", numbers=READINESS, extra={"kind": kind, "particulars": particulars})
NEW = Shape(
    ChallengeForm,
    "NewChallenge",
    numbers=READINESS,
    extra={"kind": json_fields.Choice(ChallengeKind, required=True), "particulars": particulars},
)


class PartySchema(ma.Schema):
    """An organisation as others mention it."""

    id = json_fields.public_id()
    name = ma.fields.String()
    name_en = ma.fields.String(allow_none=True)


class ChallengeRow(ma.Schema):
    """A challenge as lists show it. ``phase`` follows the clock while it is open."""

    id = json_fields.public_id(required=True)
    number = ma.fields.String(allow_none=True)
    kind = json_fields.Choice(ChallengeKind)
    title = ma.fields.String()
    title_en = ma.fields.String(allow_none=True)
    direction = ma.fields.String(allow_none=True)
    area = ma.fields.String(allow_none=True)
    budget = json_fields.Yuan(allow_none=True, metadata={"description": "0.00: to be discussed; null: not said"})
    state = json_fields.Choice(ChallengeState)
    phase = json_fields.Choice(Phase, allow_none=True)
    bids_close_at = json_fields.Instant(allow_none=True)
    updated_at = json_fields.Instant()
    organisation = ma.fields.Nested(PartySchema, allow_none=True, metadata={"description": "null: anonymous"})


class ChallengeDetail(FACTS.schema):  # type: ignore[misc, name-defined]  # derived at run time
    """A challenge; what its poster keeps to themselves is absent for others."""

    id = json_fields.public_id(required=True)
    number = ma.fields.String(allow_none=True)
    state = json_fields.Choice(ChallengeState)
    phase = json_fields.Choice(Phase, allow_none=True)
    state_reason = ma.fields.String(allow_none=True)
    organisation = ma.fields.Nested(PartySchema, allow_none=True)
    created_at = json_fields.Instant()
    updated_at = json_fields.Instant()
    submitted_at = json_fields.Instant(allow_none=True)
    publish_at = json_fields.Instant(allow_none=True)
    published_at = json_fields.Instant(allow_none=True)
    bids_close_at = json_fields.Instant(allow_none=True)
    actions = ma.fields.List(ma.fields.String(), metadata={"description": "what this actor may do now"})


class ChallengeQuery(answers.ListQuery):
    """The filters of the page, amounts in yuan."""

    industry = IndustryCode()
    direction = DirectionCode()
    kind = json_fields.Choice(ChallengeKind)
    area = AreaCode()
    phase = json_fields.Choice(Phase)
    budget_from = json_fields.Yuan()
    q = json_fields.TextString(metadata={"maxLength": 80})
    sort = json_fields.Choice(queries.Sort, load_default=str(queries.Sort.NEWEST))


ChallengeList = answers.envelope("ChallengeList", ChallengeRow)


@blueprint.offers("GET", open_api("challenges:read"), shows=ChallengeList, query=ChallengeQuery)
def index(query: dict[str, Any]) -> Response:
    """Published challenges."""
    with reading() as session:
        moment, who = now(), actor()
        page = queries.list_challenges(
            session,
            who,
            filters=_filters(query),
            sort=queries.Sort(query["sort"]),
            page=query["page"],
            per_page=query["per_page"],
            now=moment,
        )
    return answers.listed(page, [as_row(one, who, now=moment) for one in page.items], asked=query["page"])


@blueprint.offers("GET /mine", token("challenges:read"), shows=ChallengeList, query=answers.ListQuery)
def mine(query: dict[str, Any]) -> Response:
    """Challenges of one's organisation, in every state."""
    with reading() as session:
        moment, who = now(), actor()
        page = queries.list_own(session, who, page=query["page"], per_page=query["per_page"])
    return answers.listed(page, [as_row(one, who, now=moment) for one in page.items], asked=query["page"])


@blueprint.offers("GET /<id:challenge_id>", open_api("challenges:read"), shows=ChallengeDetail, names_version=True)
def detail(challenge_id: str) -> Response:
    """One challenge."""
    with reading() as session:
        return _shown(session, queries.get_challenge(session, actor(), challenge_id))


@blueprint.offers(
    "POST", token("challenges:write"), shows=ChallengeDetail, body=NEW.schema, status=201, names_version=True
)
def create(body: dict[str, Any]) -> Response:
    """A new draft of the organisation that the token acts for."""
    who = actor()
    home = must_write_for(who)
    with writing() as session:
        draft = _draft(session, body, ChallengeKind(body["kind"]), home)
        challenge = services.draft_challenge(session, who, organisation_id=home, draft=draft, now=now())
        challenge.organisation = session.get_one(Organisation, challenge.organisation_id)
        session.flush()
        return _shown(session, challenge, status=201)


@blueprint.offers(
    "PUT /<id:challenge_id>", token("challenges:write"), shows=ChallengeDetail, body=FACTS.schema, names_version=True
)
def replace(body: dict[str, Any], challenge_id: str) -> Response:
    """Replace a draft: what is left out becomes empty."""
    return _revise(challenge_id, body, keep=False)


@blueprint.offers(
    "PATCH /<id:challenge_id>", token("challenges:write"), shows=ChallengeDetail, body=FACTS.schema, names_version=True
)
def change(body: dict[str, Any], challenge_id: str) -> Response:
    """Change the named fields of a draft; a list is replaced as a whole."""
    return _revise(challenge_id, body, keep=True)


def take_step(challenge_id: str, action: str, body: Mapping[str, Any]) -> Response:
    step = judged(STEP.filled(body)).to_step()
    with writing() as session:
        challenge = queries.get_challenge(session, actor(), challenge_id)
        authorize(POLICY, action, actor(), challenge)
        answers.check_version(challenge.version)
        services.advance_challenge(session, actor(), challenge, action, step=step, now=now())
        session.flush()
        return _shown(session, challenge)


rest.actions_of(blueprint, LIFECYCLE, "challenge_id", body=STEP.schema, shown=ChallengeDetail, take=take_step)


def as_row(challenge: Challenge, who: Actor, *, now: datetime) -> dict[str, Any]:
    """As lists show it: who posts an anonymous one is hidden from all who may not see it."""
    phase = phase_of(challenge.state, challenge.bids_close_at, now=now)
    return {
        "id": challenge.public_id,
        "number": challenge.number,
        "kind": challenge.kind,
        "title": challenge.title,
        "title_en": challenge.title_en,
        "direction": challenge.direction,
        "area": challenge.area,
        "budget": yuan(challenge.budget_fen),
        "state": challenge.state,
        "phase": phase,
        "bids_close_at": instant(challenge.bids_close_at),
        "updated_at": instant(challenge.updated_at),
        "organisation": _party(challenge, who),
    }


def as_json(session: Session, challenge: Challenge, who: Actor, *, now: datetime) -> dict[str, Any]:
    """All that this actor may see of it: the same as on its page."""
    told = POLICY["see_details"](who, challenge)
    shown = as_row(challenge, who, now=now) | {name: getattr(challenge, name) for name in _PUBLIC}
    shown["indicators"] = [_indicator(row) if told else {"name": row.name} for row in challenge.indicators]
    if told:
        shown |= {name: getattr(challenge, name) for name in _TOLD}
    if POLICY["see_history"](who, challenge):
        shown |= {name: getattr(challenge, name) for name in _KEPT}
        shown["wanted_close_at"] = instant(challenge.wanted_close_at)
        shown["department"] = department_id_of(session, challenge.department_id)
    shown |= {name: instant(getattr(challenge, name)) for name in _MOMENTS}
    shown["actions"] = [name.replace("_", "-") for name in _possible(session, challenge, who)]
    return shown


def _possible(session: Session, challenge: Challenge, who: Actor) -> list[str]:
    """As the page offers it: what the organisation's own approval holds back cannot be handed in yet."""
    allowed = [name for name in LIFECYCLE.actions_from(challenge.state) if POLICY[name](who, challenge)]
    if "submit" in allowed and approvals.is_held(session, services.matter_of(challenge)):
        allowed.remove("submit")
    return allowed


_PUBLIC = (
    "summary", "summary_en", "other_directions", "topics", "months", "readiness_wanted", "cooperation", "ip_terms",
    "secrecy", "disclosure",
)  # fmt: skip
_TOLD = ("background", "problem", "scope", "particulars")
_KEPT = ("is_anonymous", "has_no_state_secrets", "state_reason")
_MOMENTS = ("created_at", "submitted_at", "publish_at", "published_at")
_INDICATOR = (
    "name", "unit", "target", "target_upper", "is_mandatory", "present", "domestic_best", "international_best",
    "test_method",
)  # fmt: skip


def _indicator(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _INDICATOR} | {"comparator": str(Comparator(row.comparator))}


def _party(challenge: Challenge, who: Actor) -> dict[str, Any] | None:
    if not POLICY["see_poster"](who, challenge):
        return None
    poster = challenge.organisation
    return {"id": poster.public_id, "name": poster.name, "name_en": poster.name_en}


def _shown(session: Session, challenge: Challenge, *, status: int = 200) -> Response:
    place = url_for("api_challenges.detail", challenge_id=challenge.public_id)
    body = as_json(session, challenge, actor(), now=now())
    return answers.answer(body, status=status, version=challenge.version, place=place)


def _revise(challenge_id: str, body: dict[str, Any], *, keep: bool) -> Response:
    with writing() as session:
        challenge = queries.get_challenge(session, actor(), challenge_id)
        authorize(POLICY, "edit", actor(), challenge)
        version = answers.check_version(challenge.version)
        if body.pop("kind", challenge.kind) != challenge.kind:
            raise Invalid({"kind": KIND_FIXED})
        whole = _stored(session, challenge) | body if keep else body
        draft = _draft(session, whole, challenge.kind, challenge.organisation_id, challenge.department_id)
        services.revise_challenge(session, actor(), challenge, draft=draft, version=version, now=now())
        session.flush()
        return _shown(session, challenge)


def _stored(session: Session, challenge: Challenge) -> dict[str, Any]:
    """What is stored, as a body that was loaded: fen, moments, rows."""
    names = {*_PUBLIC, *_TOLD, "is_anonymous", "has_no_state_secrets", "wanted_close_at", "title", "title_en"}
    stored = {name: getattr(challenge, name) for name in (*names, "direction", "area")}
    return stored | {
        "budget": challenge.budget_fen,
        "indicators": [_indicator(row) for row in challenge.indicators],
        "department": department_id_of(session, challenge.department_id),
    }


def _draft(
    session: Session,
    body: Mapping[str, Any],
    chosen: ChallengeKind,
    organisation_id: int,
    part_id: int | None = None,
) -> services.ChallengeDraft:
    own = form_for(chosen)
    form = NEW.filled(body, own)
    form.offer(catalogue(), language())
    offer_parts(session, form, actor(), organisation_id, part_id)
    _check_particulars(form, body.get("particulars"))
    return judged(form).to_draft(chosen)  # type: ignore[no-any-return]


def _check_particulars(form: Any, given: Mapping[str, Any] | None) -> None:
    """What this kind does not ask is refused by name."""
    field = form._fields.get("particulars")
    known = set(field.form._fields) if field is not None else set()
    unknown = [name for name in given or {} if name not in known]
    if unknown:
        raise Invalid({f"particulars-{name}": _("没有这一项。") for name in unknown})


def _filters(query: Mapping[str, Any]) -> queries.Filters:
    return queries.Filters(
        direction=directions_asked(catalogue(), query.get("direction"), query.get("industry")),
        kind=ChallengeKind(query["kind"]) if "kind" in query else None,
        area=query.get("area"),
        phase=Phase(query["phase"]) if "phase" in query else None,
        budget_from_fen=query.get("budget_from"),
        words=(query.get("q") or "").replace("\0", "").strip()[:80] or None,
    )
