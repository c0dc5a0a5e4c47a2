"""The console's pages of people: who has an account, in which roles; operators grant, block and end sessions there."""

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import presenters, queries, services
from marketplace.accounts.forms import GrantForm, ReasonForm
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services import administration, factors
from marketplace.accounts.standing import ROLE_WORDS
from marketplace.audit.queries import history_of
from marketplace.core.actor import STAFF_ROLES, Role
from marketplace.core.errors import DomainError, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _, counted
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.errors import status_of
from marketplace.web.filtering import FilterBar, asked, asked_words
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("people", __name__, url_prefix="/admin/people")
FILTERS = FilterBar("people.index", ("role", "standing", "q"))
AREA_CHOICES = "AREA_CHOICES"
"""Key of the setting that gives (code, name) of every area in the page's language: a function of no arguments."""

GRANTED = _("角色已授予。")
REVOKED = _("角色已收回。")
BLOCKED = _("账户已停用，登录都已结束。")
UNBLOCKED = _("账户已恢复。")
SESSIONS_ENDED = counted("已结束 %(count)d 个登录。")
FACTOR_RESET = _("两步验证已重置，登录都已结束。")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    authorize(POLICY, "list", actor(), None)
    filters = queries.PeopleFilters(
        role=asked("role", Role), standing=asked("standing", queries.PersonStanding), words=asked_words()
    )
    with reading() as session:
        page = queries.list_people(session, filters=filters, page=request.args.get("page", 1, int))
        roles = queries.roles_of(session, [one.id for one in page.items])
    staff = [(str(role), gettext(ROLE_WORDS[role])) for role in Role if role in STAFF_ROLES]
    standings = [(str(one), gettext(label)) for one, label in presenters.PERSON_STANDINGS.items()]
    return render_template(
        "accounts/people.html",
        page=page,
        roles={number: [_named(*one) for one in held] for number, held in roles.items()},
        groups=FILTERS.groups(("role", _("平台角色"), staff), ("standing", _("账户状态"), standings)),
        query=FILTERS.query(),
        words=filters.words or "",
        standing_of=presenters.standing_of,
    )


@blueprint.get("/<id:user_id>")
@signed_in
def detail(user_id: str) -> ResponseReturnValue:
    return _page(user_id)


@blueprint.post("/<id:user_id>/roles")
@signed_in
def grant(user_id: str) -> ResponseReturnValue:
    authorize(POLICY, "list", actor(), None)
    form = GrantForm()
    form.offer(_areas())
    role = next((one for one in STAFF_ROLES if str(one) == form.role.data), None)
    try:
        with writing() as session:
            user = queries.get_user(session, actor(), user_id)
            authorize(POLICY, "grant", actor(), user)
            if role is None or form.area.data not in ("", *dict(_areas())):
                raise Invalid({"role": services.NOT_A_STAFF_ROLE})
            services.grant_staff(session, actor(), user, role=role, area=form.area.data or "", now=now())
    except Invalid as error:
        return _page(user_id, error)
    flash(gettext(GRANTED), "success")
    return redirect(url_for(".detail", user_id=user_id))


@blueprint.post("/<id:user_id>/roles/revoke")
@signed_in
def revoke(user_id: str) -> ResponseReturnValue:
    authorize(POLICY, "list", actor(), None)
    role = next((one for one in STAFF_ROLES if str(one) == request.form.get("role")), None)
    with writing() as session:
        user = queries.get_user(session, actor(), user_id)
        authorize(POLICY, "revoke", actor(), user)
        if role is not None:
            services.revoke_staff(session, actor(), user, role=role, area=request.form.get("area", ""), now=now())
    flash(gettext(REVOKED), "success")
    return redirect(url_for(".detail", user_id=user_id))


@blueprint.post("/<id:user_id>/<any('block','unblock','end-sessions','reset-factor'):action>")
@signed_in
def advance(user_id: str, action: str) -> ResponseReturnValue:
    authorize(POLICY, "list", actor(), None)
    form = ReasonForm()
    form.validate_on_submit()
    try:
        said = _take(user_id, action, (form.reason.text or "") if not form.faults else "")
    except DomainError as error:
        if status_of(error) in (403, 404):
            raise
        return _page(user_id, error)
    flash(said, "success")
    return redirect(url_for(".detail", user_id=user_id))


def _take(user_id: str, action: str, reason: str) -> str:
    with writing() as session:
        user = queries.get_user(session, actor(), user_id)
        if action == "block":
            administration.block(session, actor(), user, reason=reason, now=now())
            return gettext(BLOCKED)
        if action == "unblock":
            administration.unblock(session, actor(), user, reason=reason, now=now())
            return gettext(UNBLOCKED)
        if action == "reset-factor":
            factors.reset_factor(session, actor(), user, now=now())
            return gettext(FACTOR_RESET)
        return gettext(SESSIONS_ENDED, count=administration.end_sessions_of(session, actor(), user, now=now()))


def _page(user_id: str, error: DomainError | None = None) -> ResponseReturnValue:
    authorize(POLICY, "list", actor(), None)
    form = GrantForm(formdata=None)
    form.offer(_areas())
    with reading() as session:
        who = actor()
        user = queries.get_user(session, who, user_id)
        roles = queries.roles_of(session, [user.id]).get(user.id, [])
        live = queries.count_live_sessions(session, user.id)
        has_factor = queries.has_factor(session, user.id)
        entries = history_of(session, services.subject_of(user))
    if isinstance(error, Invalid):
        form.form_errors += [translate(text) for text in error.fields.values()]
    elif error is not None:
        form.form_errors.append(translate(error.message))
    page = render_template(
        "accounts/person.html",
        user=user,
        standing=presenters.standing_of(user),
        roles=[(str(role), area, _named(role, area)) for role, area in roles],
        live=live,
        has_factor=has_factor,
        history=presenters.acts_on(entries),
        form=form,
        may={name for name in ("grant", "block", "end_sessions_of", "reset_factor") if POLICY[name](who, user)},
    )
    return page, status_of(error) if error else 200


def _named(role: Role, area: str) -> str:
    """A role in the page's language, with its area."""
    words = gettext(ROLE_WORDS[role])
    return f"{words}（{dict(_areas()).get(area, area)}）" if area else words


def _areas() -> Sequence[tuple[str, str]]:
    given = current_app.config.get(AREA_CHOICES)
    return cast(Sequence[tuple[str, str]], given()) if given else []
