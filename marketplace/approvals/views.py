"""The pages of an organisation's own approval: what is in hand, one request, and the rules."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.approvals import presenters, queries, services
from marketplace.approvals.forms import DecisionForm, PlainForm
from marketplace.approvals.lifecycle import DECISIONS
from marketplace.approvals.models import ApprovalRule
from marketplace.approvals.policies import POLICY
from marketplace.approvals.queries import Wanted
from marketplace.core.approval import Approvable
from marketplace.core.errors import DomainError, Invalid, NotFound
from marketplace.core.permissions import authorize
from marketplace.core.public_id import is_public_id
from marketplace.core.registry import Kind
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.organisations.queries import departments_of, get_organisation
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
ACTION = f"any({','.join(DECISIONS)})"
ASKED = _("已提请单位内部审核，放行后会通知你。")
DONE = {
    "release": _("已放行，经办人会收到通知。"),
    "return": _("已退回，理由已告知经办人。"),
    "recall": _("已收回提请，可以继续修改。"),
}
SUBMITTED = _("已放行并提交，运营专员审核后会通知你们。")
NOT_YET_FIT = _("还不能提请：%(faults)s")
NOT_SUBMITTED = _("已放行，但还没有提交：%(reason)s")
RULES_SET = _("内部审核的规则已保存。")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    is_past = request.args.get("past") == "1"
    with reading() as session:
        page = queries.list_approvals(session, actor(), is_open=not is_past, page=request.args.get("page", 1, int))
    return render_template(
        "approvals/index.html",
        page=page,
        is_past=is_past,
        mine={one.approval.public_id for one in page.items if "release" in presenters.decisions(actor(), one.approval)},
        labels=presenters,
        kinds=_labels(),
        query={"past": "1"} if is_past else {},
    )


@blueprint.post("/ask")
@signed_in
def ask() -> ResponseReturnValue:
    subject = _subject(request.form.get("subject", ""))
    kind, approvable = _kind(subject.kind)
    try:
        with writing() as session:
            thing = approvable.get(session, actor(), subject.id)
            services.ask(session, actor(), approvable, thing, now=now())
    except Invalid as error:
        flash(gettext(NOT_YET_FIT, faults=" ".join(translate(one) for one in error.fields.values())), "error")
    else:
        flash(gettext(ASKED), "success")
    return redirect(_page_of(kind, subject.id))


@blueprint.get("/<id:approval_id>")
@signed_in
def detail(approval_id: str) -> ResponseReturnValue:
    return _detail_page(approval_id, DecisionForm(formdata=None))


@blueprint.post(f"/<id:approval_id>/<{ACTION}:action>")
@signed_in
def advance(approval_id: str, action: str) -> ResponseReturnValue:
    form = DecisionForm()
    if not form.validate_on_submit():
        return _detail_page(approval_id, form), 422
    try:
        with writing() as session:
            approval = queries.get_approval(session, actor(), approval_id)
            subject = Subject.parse(approval.subject)
            kind, approvable = _kind(subject.kind)
            services.decide(session, actor(), approvable, approval, action, reason=form.reason.text, now=now())
    except Invalid as error:
        form.show(error)
        return _detail_page(approval_id, form), 422
    if action == "release" and "submit" in request.form:
        _submit(approvable, subject.id)
    else:
        flash(gettext(DONE[action]), "success")
    return redirect(_page_of(kind, subject.id))


@blueprint.route("/rules/<id:organisation_id>", methods=["GET", "POST"])
@signed_in
def rules(organisation_id: str) -> ResponseReturnValue:
    form = PlainForm()
    with reading() as session:
        organisation = get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "set_rules", actor(), ApprovalRule(organisation_id=organisation.id))
        parts = [one for one in departments_of(session, organisation.id) if one.closed_at is None]
        there = queries.rules_of(session, organisation.id)
    columns = {"": None} | {one.public_id: one.id for one in parts}
    if form.validate_on_submit():
        wanted: set[Wanted] = {
            (kind, columns[part]) for kind in _labels() for part in request.form.getlist(kind) if part in columns
        }
        with writing() as session:
            fresh = get_organisation(session, actor(), organisation_id)
            services.set_rules(session, actor(), fresh, wanted, now=now())
        flash(gettext(RULES_SET), "success")
        return redirect(url_for("organisations.detail", organisation_id=organisation_id))
    return render_template(
        "approvals/rules.html", organisation=organisation, parts=parts, kinds=_labels(), there=there, form=form
    )


def _submit(approvable: Approvable, subject_id: str) -> None:
    """The second step of one press; the release stands even where the thing cannot be handed in yet."""
    try:
        with writing() as session:
            approvable.submit(session, actor(), approvable.get(session, actor(), subject_id), now())
    except DomainError as error:
        flash(gettext(NOT_SUBMITTED, reason=translate(error.message)), "warning")
    else:
        flash(gettext(SUBMITTED), "success")


def _detail_page(approval_id: str, form: DecisionForm) -> str:
    with reading() as session:
        approval = queries.get_approval(session, actor(), approval_id)
        subject = Subject.parse(approval.subject)
        kind, approvable = _kind(subject.kind)
        matter = approvable.matter(approvable.get(session, actor(), subject.id))
        requests = queries.requests_of(session, subject)
    mine = [one for one in requests if one.approval.id == approval.id] or requests
    values: dict[str, Any] = presenters.shown(actor(), matter, mine) | {"may_ask": False}
    return render_template(
        "approvals/detail.html",
        values=values,
        form=form,
        kind=kind.label,
        told=mine[0],
        url=_page_of(kind, subject.id),
    )


def _kind(name: str) -> tuple[Kind, Approvable]:
    kind = registry().kinds.get(name)
    if kind is None or kind.approval is None:
        raise NotFound
    return kind, kind.approval


def _labels() -> dict[str, str]:
    """The kinds of things that an organisation may ask a release for."""
    return {name: kind.label for name, kind in registry().kinds.items() if kind.approval is not None}


def _subject(typed: str) -> Subject:
    kind, _separator, public_id = typed.partition(":")
    if not is_public_id(public_id):
        raise NotFound
    return Subject(kind, public_id)


def _page_of(kind: Kind, public_id: str) -> str:
    arguments: dict[str, Any] = {f"{kind.name}_id": public_id}
    return url_for(kind.endpoint, **arguments)
