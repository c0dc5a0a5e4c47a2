"""The API of an organisation's own approval: what is asked for, and who decides."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response, url_for

from marketplace.approvals import queries, services
from marketplace.approvals.forms import DecisionForm
from marketplace.approvals.lifecycle import LIFECYCLE, ApprovalState
from marketplace.approvals.policies import POLICY
from marketplace.core.actor import Actor
from marketplace.core.approval import Approvable
from marketplace.core.errors import NotFound
from marketplace.core.permissions import authorize
from marketplace.core.public_id import is_public_id
from marketplace.core.subject import Subject
from marketplace.organisations.api import department_fact
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import token
from marketplace.web.bodies import Shape, judged
from marketplace.web.current import actor, now, registry
from marketplace.web.json_fields import instant
from marketplace.web.transaction import reading, writing

blueprint = rest.ApiBlueprint(
    "approvals",
    __name__,
    description="Releases (内部审核): what an organisation asks of its own people before it hands in.",
)
STEP = Shape(DecisionForm, "ApprovalStep")


class AskBody(json_fields.Body):
    """What is to be released, as it is now."""

    kind = json_fields.TextString(required=True, metadata={"examples": ["achievement", "challenge"]})
    id = json_fields.TextString(required=True)


class ApprovalRow(ma.Schema):
    """One request for the release of one version of a thing."""

    id = json_fields.public_id(required=True)
    kind = ma.fields.String(required=True, metadata={"description": "of the thing"})
    thing = json_fields.public_id(required=True)
    title = ma.fields.String()
    state = json_fields.Choice(ApprovalState)
    reason = ma.fields.String(allow_none=True)
    department = department_fact()
    asked_by = ma.fields.String()
    asked_at = json_fields.Instant()
    decided_by = ma.fields.String(allow_none=True)
    decided_at = json_fields.Instant(allow_none=True)
    actions = ma.fields.List(ma.fields.String(), metadata={"description": "what this actor may do now"})


class ApprovalQuery(answers.ListQuery):
    """Those in hand, or those that are over."""

    past = json_fields.AskedFlag(load_default=False)


@blueprint.offers(
    "GET",
    token("approvals:read"),
    shows=answers.envelope("ApprovalList", ApprovalRow),
    query=ApprovalQuery,
)
def index(query: dict[str, Any]) -> Response:
    """Requests of the token's organisation: in hand, the longest waiting first, or the past."""
    with reading() as session:
        who = actor()
        page = queries.list_approvals(
            session, who, is_open=not query["past"], page=query["page"], per_page=query["per_page"]
        )
    return answers.listed(page, [_as_row(one, who) for one in page.items], asked=query["page"])


@blueprint.offers("GET /<id:approval_id>", token("approvals:read"), shows=ApprovalRow, names_version=True)
def detail(approval_id: str) -> Response:
    """One request."""
    with reading() as session:
        approval = queries.get_approval(session, actor(), approval_id)
        told = queries.told_of(session, approval)
    return _shown(told)


@blueprint.offers("POST", token("approvals:write"), shows=ApprovalRow, body=AskBody, status=201, names_version=True)
def create(body: dict[str, Any]) -> Response:
    """Ask for the release of a thing as it is now; its approvers are told."""
    approvable = _approvable(body["kind"])
    if not is_public_id(body["id"]):
        raise NotFound
    with writing() as session:
        thing = approvable.get(session, actor(), body["id"])
        approval = services.ask(session, actor(), approvable, thing, now=now())
        told = queries.told_of(session, approval)
    return _shown(told, status=201)


def take_step(approval_id: str, action: str, body: Mapping[str, Any]) -> Response:
    form = judged(STEP.filled(body))
    with writing() as session:
        approval = queries.get_approval(session, actor(), approval_id)
        authorize(POLICY, action, actor(), approval)
        answers.check_version(approval.version)
        approvable = _approvable(Subject.parse(approval.subject).kind)
        services.decide(session, actor(), approvable, approval, action, reason=form.reason.text, now=now())
        session.flush()
        told = queries.told_of(session, approval)
    return _shown(told)


rest.actions_of(blueprint, LIFECYCLE, "approval_id", body=STEP.schema, shown=ApprovalRow, take=take_step)


def _as_row(told: queries.Told, who: Actor) -> dict[str, Any]:
    approval = told.approval
    subject = Subject.parse(approval.subject)
    possible = LIFECYCLE.actions_from(approval.state)
    return {
        "id": approval.public_id,
        "kind": subject.kind,
        "thing": subject.id,
        "title": approval.title,
        "state": approval.state,
        "reason": approval.reason,
        "department": told.department.public_id if told.department else None,
        "asked_by": told.asked_by,
        "asked_at": instant(approval.asked_at),
        "decided_by": told.decided_by,
        "decided_at": instant(approval.decided_at),
        "actions": [name.replace("_", "-") for name in possible if POLICY[name](who, approval)],
    }


def _shown(told: queries.Told, *, status: int = 200) -> Response:
    place = url_for("api_approvals.detail", approval_id=told.approval.public_id)
    return answers.answer(_as_row(told, actor()), status=status, version=told.approval.version, place=place)


def _approvable(name: str) -> Approvable:
    kind = registry().kinds.get(name)
    if kind is None or kind.approval is None:
        raise NotFound
    return kind.approval
