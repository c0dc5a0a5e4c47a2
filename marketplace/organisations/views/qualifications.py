"""The pages of an organisation's qualifications, and of who looks after it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.errors import Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.organisations import presenters, queries
from marketplace.organisations.forms import CommissionerForm, QualificationForm, StepForm
from marketplace.organisations.policies import POLICY
from marketplace.organisations.queries import qualifications as held
from marketplace.organisations.services import qualifications
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("qualifications", __name__, url_prefix="/organisations/<id:organisation_id>")

CLAIMED = _("已登记，运营专员核对证书后公开显示。")
CONFIRMED = _("已登记并确认。")
DONE = {"confirm": _("已确认，公开显示。"), "refuse": _("已注明不予确认，单位会看到理由。"), "remove": _("已删除。")}
ASSIGNED = _("服务专员已更新。")


@blueprint.route("/qualifications", methods=["GET", "POST"])
@signed_in
def index(organisation_id: str) -> ResponseReturnValue:
    form = QualificationForm()
    form.offer()
    if not form.validate_on_submit():
        return _page(organisation_id, form)
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            made = qualifications.claim(session, actor(), organisation, form.to_claim(), now=now())
            is_confirmed = made.decided_at is not None
    except Invalid as error:
        form.show(error)
        return _page(organisation_id, form)
    flash(gettext(CONFIRMED if is_confirmed else CLAIMED), "success")
    return _back(organisation_id)


@blueprint.post("/qualifications/<id:qualification_id>/<any(confirm,refuse,remove):action>")
@signed_in
def advance(organisation_id: str, qualification_id: str, action: str) -> ResponseReturnValue:
    form = StepForm()
    form.validate_on_submit()
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            authorize(POLICY, _asked(action), actor(), organisation)
            one = held.get_qualification(session, organisation, qualification_id)
            if action == "remove":
                qualifications.remove(session, actor(), organisation, one, now=now())
            else:
                qualifications.decide(session, actor(), organisation, one, action, reason=form.reason.text, now=now())
    except Invalid as error:
        empty = QualificationForm(formdata=None)
        empty.offer()
        empty.form_errors += [translate(text) for text in error.fields.values()]
        return _page(organisation_id, empty)
    flash(gettext(DONE[action]), "success")
    return _back(organisation_id)


@blueprint.route("/commissioner", methods=["GET", "POST"])
@signed_in
def commissioner(organisation_id: str) -> ResponseReturnValue:
    form = CommissionerForm()
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "assign_commissioner", actor(), organisation)
        people = held.possible_commissioners(session, organisation)
    form.offer(people, organisation.commissioner_id)
    if not form.validate_on_submit():
        page = render_template("organisations/commissioner.html", form=form, organisation=organisation)
        return page, 422 if form.faults else 200
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        chosen = form.commissioner.data or None
        qualifications.assign_commissioner(session, actor(), organisation, chosen, now=now())
    flash(gettext(ASSIGNED), "success")
    return redirect(url_for("organisations.detail", organisation_id=organisation_id))


def _asked(action: str) -> str:
    return "claim_qualification" if action == "remove" else "confirm_qualification"


def _back(organisation_id: str) -> ResponseReturnValue:
    return redirect(url_for(".index", organisation_id=organisation_id))


def _page(organisation_id: str, form: QualificationForm) -> ResponseReturnValue:
    with reading() as session:
        who = actor()
        organisation = queries.get_organisation(session, who, organisation_id)
        authorize(POLICY, "claim_qualification", who, organisation)
        found = held.of_organisation(session, who, organisation)
    page = render_template(
        "organisations/qualifications.html",
        organisation=organisation,
        rows=[presenters.qualification(one, now()) for one in found],
        form=form,
        may_confirm=POLICY["confirm_qualification"](who, organisation),
    )
    return page, 422 if form.faults else 200
