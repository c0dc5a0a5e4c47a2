"""The pages of organisations."""

from collections.abc import Sequence
from typing import Any, cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login
from marketplace.audit.queries import history_of
from marketplace.core.calendar import day_of
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.permissions import authorize
from marketplace.core.public_id import is_public_id
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.organisations import presenters, queries, services
from marketplace.organisations.forms import DepartmentForm, OrganisationForm, StepForm, SwitchForm
from marketplace.organisations.lifecycle import LIFECYCLE, OrganisationState
from marketplace.organisations.models import Organisation, OrganisationKind
from marketplace.organisations.policies import POLICY, reads_all
from marketplace.organisations.qualifications import LABELS, QualificationKind
from marketplace.organisations.queries import people
from marketplace.organisations.queries import qualifications as held
from marketplace.organisations.services.members import switch as act_for
from marketplace.web.access import public, signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.filtering import FilterBar, Group, asked, asked_words
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
ACTION = f"any({','.join(LIFECYCLE.actions)})"
AREA_CHOICES = "AREA_CHOICES"
"""Key of the setting that gives (code, name) of every area in the page's language: a function of no arguments."""
FILTERS = FilterBar("organisations.index", ("kind", "area", "qualification", "state", "q", "sort"))
MAX_WORDS = 80

SAVED = _("已保存。")
FOUNDED = _("单位已登记。请核对资料，然后提交认证。")
SWITCHED = _("现在以“%(name)s”的名义操作。")
DEPARTMENT_ADDED = _("部门已增加。")
DONE = {
    "submit": _("已提交认证，运营专员审核后会发邮件通知。"),
    "verify": _("已通过认证，单位会收到邮件。"),
    "reject": _("已退回，理由会发邮件告知单位。"),
    "suspend": _("已暂停该单位的资格。"),
    "reinstate": _("已恢复该单位的资格。"),
}
CHANGED_MEANWHILE = _("在你编辑时，资料已被别人改过。你填的内容还在下面；再保存一次将覆盖对方的修改。")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    filters, sort = list_asked()
    with reading() as session:
        page = queries.list_organisations(
            session, actor(), filters=filters, sort=sort, page=request.args.get("page", 1, int)
        )
        marks = held.marks_of(session, [one.id for one in page.items], today=day_of(now()))
    return render_template(
        "organisations/index.html",
        page=page,
        marks={number: [LABELS[kind] for kind in kinds] for number, kinds in marks.items()},
        groups=_filter_groups(),
        sorts=[(value, gettext(label)) for value, label in presenters.SORT_LABELS.items()],
        sort=str(sort),
        words=filters.words or "",
        query=FILTERS.query(),
        labels=presenters,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form, None)
    try:
        with writing() as session:
            organisation = services.found(session, actor(), form.to_draft(), now=now())
    except Invalid as error:
        form.show(error)
        return _form_page(form, None)
    flash(gettext(FOUNDED), "success")
    return redirect(url_for(".detail", organisation_id=organisation.public_id, saved="organisation-new"))


@blueprint.get("/<id:organisation_id>")
@public
def detail(organisation_id: str) -> ResponseReturnValue:
    return _detail_page(organisation_id, StepForm(formdata=None))


@blueprint.route("/<id:organisation_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(organisation_id: str) -> ResponseReturnValue:
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
    authorize(POLICY, "edit", actor(), organisation)
    form = _form(organisation)
    if not form.validate_on_submit():
        return _form_page(form, organisation)
    try:
        _revise(organisation_id, form)
    except Invalid as error:
        form.show(error)
        return _form_page(form, organisation)
    except Conflict:
        return _conflict_page(form, organisation_id)
    flash(gettext(SAVED), "success")
    saved = f"organisation-{organisation_id}"
    return redirect(url_for(".detail", organisation_id=organisation_id, saved=saved))


@blueprint.post(f"/<id:organisation_id>/<{ACTION}:action>")
@signed_in
def advance(organisation_id: str, action: str) -> ResponseReturnValue:
    form = StepForm()
    if not form.validate_on_submit():
        return _detail_page(organisation_id, form, failed=action), 422
    try:
        with writing() as session:
            services.advance(
                session,
                actor(),
                queries.get_organisation(session, actor(), organisation_id),
                action,
                reason=form.reason.text,
                version=form.seen_version,
                now=now(),
            )
    except Invalid as error:
        form.show(error)
        return _detail_page(organisation_id, form, failed=action), 422
    flash(gettext(DONE[action]), "success")
    return redirect(url_for(".detail", organisation_id=organisation_id))


@blueprint.post("/switch")
@signed_in
def switch() -> ResponseReturnValue:
    chosen = SwitchForm().organisation.data or ""
    if not is_public_id(chosen):
        raise NotFound
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), chosen)
        act_for(session, actor(), organisation, token=login.current_token(), now=now())
    flash(gettext(SWITCHED, name=organisation.name), "success")
    return redirect(login.destination())


@blueprint.route("/<id:organisation_id>/departments", methods=["GET", "POST"])
@signed_in
def departments(organisation_id: str) -> ResponseReturnValue:
    form = DepartmentForm()
    if not form.validate_on_submit():
        return _departments_page(organisation_id, form, None)
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            services.add_department(
                session, actor(), organisation, name=form.name.text or "", name_en=form.name_en.text, now=now()
            )
    except Invalid as error:
        form.show(error)
        return _departments_page(organisation_id, form, None)
    flash(gettext(DEPARTMENT_ADDED), "success")
    return redirect(url_for(".departments", organisation_id=organisation_id))


@blueprint.route("/<id:organisation_id>/departments/<id:department_id>", methods=["GET", "POST"])
@signed_in
def department(organisation_id: str, department_id: str) -> ResponseReturnValue:
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "manage_members", actor(), organisation)
        form = DepartmentForm(obj=queries.get_department(session, organisation, department_id))
    if not form.validate_on_submit():
        return _departments_page(organisation_id, form, department_id)
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            part = queries.get_department(session, organisation, department_id)
            services.rename_department(
                session, actor(), organisation, part, name=form.name.text or "", name_en=form.name_en.text, now=now()
            )
    except Invalid as error:
        form.show(error)
        return _departments_page(organisation_id, form, department_id)
    flash(gettext(SAVED), "success")
    return redirect(url_for(".departments", organisation_id=organisation_id))


@blueprint.post("/<id:organisation_id>/departments/<id:department_id>/<any(close,reopen):action>")
@signed_in
def advance_department(organisation_id: str, department_id: str, action: str) -> ResponseReturnValue:
    take = services.close_department if action == "close" else services.reopen_department
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        take(session, actor(), organisation, queries.get_department(session, organisation, department_id), now=now())
    flash(gettext(SAVED), "success")
    return redirect(url_for(".departments", organisation_id=organisation_id))


def _departments_page(organisation_id: str, form: DepartmentForm, edited: str | None) -> ResponseReturnValue:
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "manage_members", actor(), organisation)
        parts = queries.departments_of(session, organisation.id)
    page = render_template(
        "organisations/departments.html", organisation=organisation, parts=parts, form=form, edited=edited
    )
    return page, 422 if form.faults else 200


def _revise(organisation_id: str, form: OrganisationForm) -> None:
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        draft = form.to_draft(None if form.code else organisation)
        services.revise(session, actor(), organisation, draft, version=form.seen_version, now=now())


def _form(organisation: Organisation | None = None) -> OrganisationForm:
    form = OrganisationForm(obj=organisation if request.method == "GET" else None)
    form.offer(areas())
    if organisation and not POLICY["edit_identity"](actor(), organisation):
        form.fix_identity()
    return form


def _form_page(
    form: OrganisationForm, organisation: Organisation | None, status: int | None = None
) -> ResponseReturnValue:
    keep = f"organisation-{organisation.public_id}" if organisation else "organisation-new"
    page = render_template("organisations/form.html", form=form, organisation=organisation, keep=keep)
    return page, status or (422 if form.faults else 200)


def _conflict_page(form: OrganisationForm, organisation_id: str) -> ResponseReturnValue:
    """Keep what was typed; saving again, knowingly, replaces what the other person saved."""
    with reading() as session:
        current = queries.get_organisation(session, actor(), organisation_id)
    authorize(POLICY, "edit", actor(), current)
    form.version.data = str(current.version)
    form.form_errors.append(gettext(CHANGED_MEANWHILE))
    return _form_page(form, current, 409)


def _detail_page(organisation_id: str, form: StepForm, failed: str | None = None) -> str:
    with reading() as session:
        who = actor()
        organisation = queries.get_organisation(session, who, organisation_id)
        sees_members = POLICY["see_members"](who, organisation)
        belonging = people.members_of(session, who, organisation) if sees_members else []
        sees_history = POLICY["see_history"](who, organisation)
        titles = held.of_organisation(session, who, organisation)
        commissioner = held.commissioner_of(session, who, organisation)
        entries = history_of(session, Subject("organisation", organisation_id)) if sees_history else []
        panels = registry().panels_of(session, who, "organisation", organisation, now=now())
    return render_template(
        "organisations/detail.html",
        organisation=organisation,
        labels=presenters,
        allowed={name for name in LIFECYCLE.actions_from(organisation.state) if POLICY[name](who, organisation)},
        qualifications=[presenters.qualification(one, now()) for one in titles],
        may_claim=POLICY["claim_qualification"](who, organisation),
        commissioner=commissioner,
        sees_commissioner=POLICY["see_commissioner"](who, organisation),
        may_assign=POLICY["assign_commissioner"](who, organisation),
        may_edit=POLICY["edit"](who, organisation),
        may_manage=POLICY["manage_people"](who, organisation),
        sees_history=sees_history,
        doubt=presenters.doubt_of(organisation) if sees_history else None,
        members=belonging,
        may_leave=POLICY["leave"](who, organisation),
        history=[_said(entry) for entry in presenters.timeline(entries)],
        panels=panels,
        form=form,
        failed=failed,
        saved=request.args.get("saved"),
    )


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    """A line of the history in the page's language."""
    return entry | {name: gettext(entry[name]) for name in ("what", "who") if entry[name]}


def areas() -> Sequence[tuple[str, str]]:
    given = current_app.config.get(AREA_CHOICES)
    return cast(Sequence[tuple[str, str]], given()) if given else []


def list_asked() -> tuple[queries.Filters, queries.Sort]:
    """What the address of a list, or of its export, asks for."""
    return _filters(), asked("sort", queries.Sort) or queries.Sort.NEWEST


def _filters() -> queries.Filters:
    area = request.args.get("area")
    return queries.Filters(
        kind=asked("kind", OrganisationKind),
        area=area if area in dict(areas()) else None,
        qualification=asked("qualification", QualificationKind),
        today=day_of(now()),
        words=asked_words(longest=MAX_WORDS),
        state=asked("state", OrganisationState) or OrganisationState.VERIFIED,
    )


def _filter_groups() -> list[dict[str, Any]]:
    """Groups of links; states are for staff."""
    kinds = [(str(kind), gettext(label)) for kind, label in presenters.KIND_LABELS.items()]
    groups: list[Group] = [("kind", _("类型"), kinds), ("area", _("街镇/园区"), list(areas()))]
    titles = [(str(kind), gettext(label)) for kind, label in LABELS.items()]
    groups.append(("qualification", _("资质与载体"), titles))
    if reads_all(actor(), None):
        states = [(str(state), gettext(label)) for state, label in presenters.STATE_LABELS.items()]
        groups.append(("state", _("认证状态"), states))
    return FILTERS.groups(*groups)
