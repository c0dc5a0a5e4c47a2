"""The API of organisations: the pages' forms, services and policy, in JSON."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response, url_for
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.organisations import queries, services
from marketplace.organisations.forms import OrganisationForm, StepForm, department_asked, offer_departments
from marketplace.organisations.lifecycle import LIFECYCLE, OrganisationState
from marketplace.organisations.models import Organisation, OrganisationKind, SizeClass
from marketplace.organisations.policies import POLICY
from marketplace.organisations.services.members import NOT_YOUR_DEPARTMENT
from marketplace.organisations.views import MAX_WORDS, areas
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api, token
from marketplace.web.bodies import Shape, judged
from marketplace.web.current import actor, now
from marketplace.web.json_fields import instant
from marketplace.web.transaction import reading, writing

UNKNOWN_AREA = _("没有这个代码，请查 /api/v1/taxonomy。")
NO_ORGANISATION = _("这个令牌不代表任何单位，或者你在该单位不能填写内容。")
blueprint = rest.ApiBlueprint("organisations", __name__, description="Organisations (单位) and their verification.")
STEP = Shape(StepForm, "OrganisationStep")
FACTS = Shape(OrganisationForm, "OrganisationBody", choices={"kind": OrganisationKind, "size": SizeClass})


class OrganisationRow(ma.Schema):
    """An organisation as lists show it."""

    id = json_fields.public_id(required=True)
    code = ma.fields.String()
    name = ma.fields.String()
    name_en = ma.fields.String(allow_none=True)
    kind = json_fields.Choice(OrganisationKind)
    size = json_fields.Choice(SizeClass, allow_none=True)
    area = ma.fields.String(allow_none=True)
    state = json_fields.Choice(OrganisationState)
    verified_at = json_fields.Instant(allow_none=True)


class OrganisationDetail(OrganisationRow):
    """An organisation; why it was refused is for its own people and the staff."""

    address = ma.fields.String(allow_none=True)
    website = ma.fields.String(allow_none=True)
    introduction = ma.fields.String(allow_none=True)
    introduction_en = ma.fields.String(allow_none=True)
    created_at = json_fields.Instant()
    submitted_at = json_fields.Instant(allow_none=True)
    state_reason = ma.fields.String(allow_none=True)
    actions = ma.fields.List(ma.fields.String(), metadata={"description": "what this actor may do now"})


class OrganisationQuery(answers.ListQuery):
    """The filters of the page. States other than verified show what the actor may see of them."""

    kind = json_fields.Choice(OrganisationKind)
    area = json_fields.TextString()
    state = json_fields.Choice(OrganisationState)
    q = json_fields.TextString(metadata={"maxLength": MAX_WORDS})
    sort = json_fields.Choice(queries.Sort, load_default=str(queries.Sort.NEWEST))


OrganisationList = answers.envelope("OrganisationList", OrganisationRow)


@blueprint.offers("GET", open_api("organisations:read"), shows=OrganisationList, query=OrganisationQuery)
def index(query: dict[str, Any]) -> Response:
    """Organisations, verified ones unless another state is asked for."""
    with reading() as session:
        page = queries.list_organisations(
            session,
            actor(),
            filters=_filters(query),
            sort=queries.Sort(query["sort"]),
            page=query["page"],
            per_page=query["per_page"],
        )
    return answers.listed(page, [as_row(one) for one in page.items], asked=query["page"])


@blueprint.offers(
    "GET /<id:organisation_id>", open_api("organisations:read"), shows=OrganisationDetail, names_version=True
)
def detail(organisation_id: str) -> Response:
    """One organisation."""
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
    return _shown(organisation)


@blueprint.offers(
    "POST", token("organisations:write"), shows=OrganisationDetail, body=FACTS.schema, status=201, names_version=True
)
def create(body: dict[str, Any]) -> Response:
    """Register an organisation; the token's person becomes its owner."""
    with writing() as session:
        organisation = services.found(session, actor(), _draft(body, None), now=now())
        session.flush()
    return _shown(organisation, status=201)


@blueprint.offers(
    "PUT /<id:organisation_id>",
    token("organisations:write"),
    shows=OrganisationDetail,
    body=FACTS.schema,
    names_version=True,
)
def replace(body: dict[str, Any], organisation_id: str) -> Response:
    """Replace its facts: what is left out becomes empty."""
    return _revise(organisation_id, body, keep=False)


@blueprint.offers(
    "PATCH /<id:organisation_id>",
    token("organisations:write"),
    shows=OrganisationDetail,
    body=FACTS.schema,
    names_version=True,
)
def change(body: dict[str, Any], organisation_id: str) -> Response:
    """Change the named facts."""
    return _revise(organisation_id, body, keep=True)


def take_step(organisation_id: str, action: str, body: Mapping[str, Any]) -> Response:
    form = judged(STEP.filled(body))
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, action, actor(), organisation)
        version = answers.check_version(organisation.version)
        services.advance(session, actor(), organisation, action, reason=form.reason.text, version=version, now=now())
        session.flush()
    return _shown(organisation)


rest.actions_of(blueprint, LIFECYCLE, "organisation_id", body=STEP.schema, shown=OrganisationDetail, take=take_step)


def as_row(organisation: Organisation) -> dict[str, Any]:
    """As lists show it."""
    shown = {name: getattr(organisation, name) for name in _ROW}
    return {"id": organisation.public_id} | shown | {"verified_at": instant(organisation.verified_at)}


def as_json(organisation: Organisation, who: Actor) -> dict[str, Any]:
    """All that this actor may see of it: the same as on its page."""
    shown = as_row(organisation) | {name: getattr(organisation, name) for name in _TEXTS}
    shown |= {name: instant(getattr(organisation, name)) for name in ("created_at", "submitted_at")}
    if POLICY["see_history"](who, organisation):
        shown["state_reason"] = organisation.state_reason
    possible = LIFECYCLE.actions_from(organisation.state)
    shown["actions"] = [name.replace("_", "-") for name in possible if POLICY[name](who, organisation)]
    return shown


_ROW = ("code", "name", "name_en", "kind", "size", "area", "state")
_TEXTS = ("address", "website", "introduction", "introduction_en")


def department_fact() -> ma.fields.Field[Any]:
    """The part of its organisation that a thing belongs to, as answers carry it."""
    return json_fields.public_id(allow_none=True, metadata={"description": "null: the organisation as a whole"})


def department_id_of(session: Session, department_id: int | None) -> str | None:
    found = queries.find_department(session, department_id)
    return found.public_id if found else None


def offer_parts(session: Session, form: Any, who: Actor, organisation_id: int, present_id: int | None) -> None:
    """Let the form take the departments that this actor may put something in, and the one where it lies.

    Raises Invalid where another one is asked for.
    """
    asked = department_asked(form)
    present = queries.find_department(session, present_id)
    parts = list(queries.departments_for(session, who, organisation_id))
    if present is not None and present not in parts:
        parts.append(present)
    if asked and asked not in {one.public_id for one in parts}:
        raise Invalid({"department": NOT_YOUR_DEPARTMENT})
    offer_departments(form, parts, present_id)


def _shown(organisation: Organisation, *, status: int = 200) -> Response:
    place = url_for("api_organisations.detail", organisation_id=organisation.public_id)
    return answers.answer(as_json(organisation, actor()), status=status, version=organisation.version, place=place)


def _revise(organisation_id: str, body: dict[str, Any], *, keep: bool) -> Response:
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "edit", actor(), organisation)
        version = answers.check_version(organisation.version)
        stored = {name: getattr(organisation, name) for name in (*_TEXTS, *_ROW)}
        draft = _draft(stored | body if keep else body, organisation)
        services.revise(session, actor(), organisation, draft, version=version, now=now())
        session.flush()
    return _shown(organisation)


def _draft(body: Mapping[str, Any], organisation: Organisation | None) -> services.OrganisationDraft:
    """What was verified is the operator's to change: another value is refused by the service, at its place."""
    fixed = {} if organisation is None else {name: getattr(organisation, name) for name in services.IDENTITY}
    form = FACTS.filled(fixed | {name: value for name, value in body.items() if value is not None})
    form.offer(areas())
    return judged(form).to_draft()  # type: ignore[no-any-return]


def _filters(query: Mapping[str, Any]) -> queries.Filters:
    if "area" in query and query["area"] not in dict(areas()):
        raise Invalid({"area": UNKNOWN_AREA})
    return queries.Filters(
        kind=OrganisationKind(query["kind"]) if "kind" in query else None,
        area=query.get("area"),
        state=OrganisationState(query.get("state", OrganisationState.VERIFIED)),
        words=(query.get("q") or "").replace("\0", "").strip()[:MAX_WORDS] or None,
    )


def must_write_for(who: Actor) -> int:
    """The organisation a token acts for, where its person may write; NotAllowed otherwise."""
    home = who.current_organisation_id
    if home is None or not who.writes_for(home):
        raise NotAllowed(NO_ORGANISATION)
    return home
