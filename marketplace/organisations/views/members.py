"""The pages of who belongs to an organisation: roles, invitations, leaving."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.actor import Role
from marketplace.core.errors import Conflict, DomainError, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.organisations import presenters, queries
from marketplace.organisations.forms import InviteForm, LeaveForm, RoleForm, department_asked, offer_departments
from marketplace.organisations.lifecycle import INVITATION
from marketplace.organisations.policies import POLICY
from marketplace.organisations.queries import people
from marketplace.organisations.services import invitations, members
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.errors import status_of
from marketplace.web.language import gettext, language
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("members", __name__, url_prefix="/organisations/<id:organisation_id>")
STEPS = "any(resend,withdraw)"
"""What its organisation may do with an invitation that waits."""
assert {"resend", "withdraw"} < set(INVITATION.actions)

INVITED = _("邀请已寄到 %(email)s。")
ROLE_CHANGED = _("角色已调整。")
REMOVED = _("成员已移除。")
DONE = {"resend": _("邀请已重新寄出，之前的链接已失效。"), "withdraw": _("邀请已撤回，链接已失效。")}
LEFT = _("你已退出“%(name)s”。")


@blueprint.route("/members", methods=["GET", "POST"])
@signed_in
def index(organisation_id: str) -> ResponseReturnValue:
    """Everybody who belongs and who was asked to; a post invites somebody."""
    form = InviteForm()
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "manage_people", actor(), organisation)
        parts = [one for one in queries.departments_of(session, organisation.id) if one.closed_at is None]
    offer_departments(form, parts, None)
    if not form.validate_on_submit():
        return _page(organisation_id, form)
    try:
        _invite(organisation_id, form)
    except DomainError as error:
        return _page(organisation_id, form, error)
    flash(gettext(INVITED, email=form.email.text or ""), "success")
    return _back(organisation_id)


@blueprint.post(f"/invitations/<id:invitation_id>/<{STEPS}:action>")
@signed_in
def advance_invitation(organisation_id: str, invitation_id: str, action: str) -> ResponseReturnValue:
    take = invitations.resend if action == "resend" else invitations.withdraw
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            authorize(POLICY, "manage_people", actor(), organisation)
            invitation = people.get_invitation(session, organisation, invitation_id)
            take(session, actor(), organisation, invitation, now=now())
    except Conflict as error:
        return _page(organisation_id, None, error)
    flash(gettext(DONE[action]), "success")
    return _back(organisation_id)


@blueprint.post("/members/<id:user_id>/role")
@signed_in
def change_role(organisation_id: str, user_id: str) -> ResponseReturnValue:
    form = RoleForm()
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            authorize(POLICY, "manage_people", actor(), organisation)
            membership = people.get_membership(session, actor(), organisation, user_id)
            if not form.validate_on_submit():
                raise Invalid({"role": members.NOT_A_MEMBER_ROLE})
            chosen = form.department.data
            part = queries.get_department(session, organisation, chosen) if chosen else None
            members.change_role(
                session, actor(), organisation, membership, role=form.to_role(), department=part, now=now()
            )
    except (Conflict, Invalid) as error:
        return _page(organisation_id, None, error)
    flash(gettext(ROLE_CHANGED), "success")
    return _back(organisation_id)


@blueprint.post("/members/<id:user_id>/remove")
@signed_in
def remove(organisation_id: str, user_id: str) -> ResponseReturnValue:
    try:
        with writing() as session:
            organisation = queries.get_organisation(session, actor(), organisation_id)
            authorize(POLICY, "manage_people", actor(), organisation)
            membership = people.get_membership(session, actor(), organisation, user_id)
            members.remove_member(session, actor(), organisation, membership, now=now())
    except Conflict as error:
        return _page(organisation_id, None, error)
    flash(gettext(REMOVED), "success")
    return _back(organisation_id)


@blueprint.route("/leave", methods=["GET", "POST"])
@signed_in
def leave(organisation_id: str) -> ResponseReturnValue:
    """One's own way out. The only owner names another one on the way."""
    form = LeaveForm()
    with reading() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        authorize(POLICY, "leave", actor(), organisation)
        is_last = actor().owns(organisation.id) and not people.has_another_owner(
            session, organisation.id, besides=actor().user_id
        )
        others = [one for one in people.members_of(session, actor(), organisation) if one.id != actor().public_id]
    form.offer([one for one in others if not one.is_blocked] if is_last else [])
    is_alone = is_last and not form.offers_somebody
    if is_alone or not form.validate_on_submit():
        page = render_template("organisations/leave.html", form=form, organisation=organisation, is_alone=is_alone)
        return page, 409 if is_alone and form.is_submitted() else 422 if form.faults else 200
    with writing() as session:
        found = queries.get_organisation(session, actor(), organisation_id)
        own = people.get_membership(session, actor(), found, actor().public_id)
        chosen = form.chosen
        successor = people.get_membership(session, actor(), found, chosen) if chosen else None
        members.leave(session, actor(), found, own, successor=successor, now=now())
    flash(gettext(LEFT, name=organisation.name), "success")
    return redirect(url_for("accounts.account"))


def _invite(organisation_id: str, form: InviteForm) -> None:
    with writing() as session:
        organisation = queries.get_organisation(session, actor(), organisation_id)
        chosen = department_asked(form)
        invitations.invite(
            session,
            actor(),
            organisation,
            email=form.email.text or "",
            role=Role(form.role.data),
            department=queries.get_department(session, organisation, chosen) if chosen else None,
            language=language(),
            now=now(),
        )


def _back(organisation_id: str) -> ResponseReturnValue:
    return redirect(url_for(".index", organisation_id=organisation_id))


def _page(organisation_id: str, form: InviteForm | None, error: DomainError | None = None) -> ResponseReturnValue:
    """The page with its reason where something was refused; ``form`` None is an empty one."""
    with reading() as session:
        who = actor()
        organisation = queries.get_organisation(session, who, organisation_id)
        authorize(POLICY, "manage_people", who, organisation)
        parts = queries.departments_of(session, organisation.id)
        belonging = people.members_of(session, who, organisation)
        waiting = people.invitations_of(session, who, organisation)
    if form is None:
        form = InviteForm(formdata=None)
        offer_departments(form, [one for one in parts if one.closed_at is None], None)
    if error is not None:
        form.refuse(error)
    page = render_template(
        "organisations/members.html",
        organisation=organisation,
        members=belonging,
        waiting=waiting,
        parts=parts,
        form=form,
        roles=presenters.ROLE_CHOICES,
        labels=presenters,
        now=now(),
        may_set_parts=POLICY["manage_members"](who, organisation),
    )
    return page, status_of(error) if error else 422 if form.faults else 200
