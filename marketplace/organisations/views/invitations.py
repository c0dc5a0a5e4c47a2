"""The pages behind the link of an invitation: say yes with the account one has or a new one, or say no."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login
from marketplace.accounts import queries as accounts
from marketplace.accounts import services as account_services
from marketplace.accounts.forms import JoinForm, VerifyForm
from marketplace.accounts.services import joining
from marketplace.accounts.standing import ROLE_WORDS
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, DomainError, Invalid
from marketplace.core.text import _
from marketplace.organisations.services import invitations
from marketplace.web.access import anonymous_form, public, signed_in
from marketplace.web.current import actor, now
from marketplace.web.errors import status_of
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations/<string(length=43):token>")

JOINED = _("你已是“%(name)s”的成员，现在以它的名义操作。")
DECLINED = _("已谢绝邀请，链接已失效。")


@blueprint.get("")
@public
def detail(token: str) -> ResponseReturnValue:
    """Who invites, to what; the same words for every link that opens nothing."""
    with reading() as session:
        invitation, organisation, department = invitations.live_invitation(session, token, now=now())
        own = accounts.own_account(session, actor()).email if actor().is_signed_in else None
        holder = accounts.find_user(session, invitation.email or "")
    return render_template(
        "organisations/invitation.html",
        token=token,
        invitation=invitation,
        organisation=organisation,
        department=department,
        role=ROLE_WORDS[invitation.role],
        own=own,
        has_account=holder is not None and holder.email_verified_at is not None,
    )


@blueprint.post("/accept")
@signed_in
def accept(token: str) -> ResponseReturnValue:
    VerifyForm()
    with writing() as session:
        organisation = invitations.accept(session, actor(), token, now=now())
        account_services.act_for(session, actor(), organisation.id, token=login.current_token())
    return _welcome(organisation.public_id, organisation.name)


@blueprint.post("/decline")
@anonymous_form
def decline(token: str) -> ResponseReturnValue:
    VerifyForm()
    with writing() as session:
        invitations.decline(session, actor(), token, now=now())
    flash(gettext(DECLINED))
    return redirect(url_for("discovery.home"))


@blueprint.route("/register", methods=["GET", "POST"])
@anonymous_form
def register(token: str) -> ResponseReturnValue:
    """An account on the way: the letter has proved the address, so that no other one is sent."""
    form, moment = JoinForm(), now()
    with reading() as session:
        invitation, organisation, _department = invitations.live_invitation(session, token, now=moment)
    if actor().is_signed_in:
        return redirect(url_for(".detail", token=token))
    email = invitation.email or ""
    registration = form.to_registration(email, language())
    fault = _check(registration) if form.is_submitted() else None
    form.validate_on_submit()
    if fault is not None:
        form.show_new(fault)
    if not form.is_submitted() or form.faults:
        return _register_page(form, email, organisation.name)
    try:
        with reading() as session:
            hashed = joining.examine(session, registration)
        joined = _join(token, registration, hashed)
    except Conflict as error:
        return _register_page(form, email, organisation.name, error)
    return _welcome(*joined)


def _check(registration: account_services.Registration) -> Invalid | None:
    try:
        account_services.check_registration(registration)
    except Invalid as error:
        return error
    return None


def _join(token: str, registration: account_services.Registration, hashed: str) -> tuple[str, str]:
    moment = now()
    with writing() as session:
        user = joining.join(session, registration, password_hash=hashed, now=moment)
        person = Actor(user.id, user.public_id)
        organisation = invitations.accept(session, person, token, now=moment)
        opened = joining.enter(session, user, origin=login.origin(), previous_token=login.current_token(), now=moment)
    login.start(opened)
    return organisation.public_id, organisation.name


def _welcome(organisation_id: str, name: str) -> ResponseReturnValue:
    flash(gettext(JOINED, name=name), "success")
    return redirect(url_for("organisations.detail", organisation_id=organisation_id))


def _register_page(form: JoinForm, email: str, name: str, error: DomainError | None = None) -> ResponseReturnValue:
    if error is not None:
        form.form_errors.append(translate(error.message))
    page = render_template("organisations/join.html", form=form, email=email, name=name)
    return page, status_of(error) if error else 422 if form.faults else 200
