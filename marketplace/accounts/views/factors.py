"""The pages of the second factor: setting it up, and being asked for it."""

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from marketplace.accounts import login, queries, totp
from marketplace.accounts.forms import CodeForm
from marketplace.accounts.services import factors
from marketplace.accounts.services.factors import Codes, Given
from marketplace.accounts.views.answers import client_address, form_page, refused
from marketplace.core.text import _, counted
from marketplace.web.access import anonymous_form, signed_in
from marketplace.web.current import actor, config, now
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("factors", __name__)

CODES_LEFT = counted("你用掉了一个恢复码，还剩 %(count)d 个。")
GIVEN_UP = _("两步验证已关闭。")
SQUARE_TITLE = _("验证器二维码")


class _Standing(NamedTuple):
    """What the page says of one's second factor."""

    has_factor: bool
    codes_left: int
    is_required: bool


@blueprint.route("/login/code", methods=["GET", "POST"])
@anonymous_form
def ask() -> ResponseReturnValue:
    """The second question of the sign-in."""
    form = CodeForm()
    with reading() as session:
        if queries.waiting_session(session, login.current_token(), now=now()) is None:
            return redirect(login.destination() if actor().is_signed_in else url_for("accounts.login"))
    if not form.validate_on_submit():
        return form_page("accounts/factor_ask.html", form)
    with writing() as session:
        result = factors.pass_factor(session, login.current_token(), _given(form))
    if result.refusal:
        return refused("accounts/factor_ask.html", form, result.refusal)
    login.start(result.token)
    if result.codes_left is not None:
        flash(gettext(CODES_LEFT, count=result.codes_left), "warning")
    return redirect(login.destination())


@blueprint.get("/account/second-factor")
@signed_in
def overview() -> ResponseReturnValue:
    return _overview(CodeForm())


@blueprint.post("/account/second-factor/start")
@signed_in
def start() -> ResponseReturnValue:
    with writing() as session:
        user = queries.own_account(session, actor())
        factors.start(session, actor(), user, keyring=login.keyring(), now=now())
    return redirect(url_for(".enrol"))


@blueprint.route("/account/second-factor/enrol", methods=["GET", "POST"])
@signed_in
def enrol() -> ResponseReturnValue:
    form = CodeForm()
    with reading() as session:
        user = queries.own_account(session, actor())
        secret = queries.factor_to_confirm(session, actor(), login.keyring())
    if secret is None:
        return redirect(url_for(".overview"))
    square = totp.square_of(totp.address_of(secret, user.email), gettext(SQUARE_TITLE))
    shown = {"square": Markup(square), "secret": totp.in_groups(secret)}  # noqa: S704  (drawn by us from our own words)
    if not form.validate_on_submit():
        return form_page("accounts/factor_enrol.html", form, **shown)
    with writing() as session:
        user = queries.own_account(session, actor())
        result = factors.confirm(session, actor(), user, _given(form), token=login.current_token())
    if result.refusal:
        return refused("accounts/factor_enrol.html", form, result.refusal, **shown)
    return _codes_page(result, is_new=True)


@blueprint.post("/account/second-factor/codes")
@signed_in
def renew_codes() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return _overview(form)
    with writing() as session:
        result = factors.renew_codes(session, actor(), queries.own_account(session, actor()), _given(form))
    if result.refusal:
        return refused("accounts/factor.html", form, result.refusal, standing=_standing())
    return _codes_page(result, is_new=False)


@blueprint.post("/account/second-factor/give-up")
@signed_in
def give_up() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return _overview(form)
    with writing() as session:
        user = queries.own_account(session, actor())
        refusal = factors.give_up(session, actor(), user, _given(form), is_required=_is_required())
    if refusal:
        return refused("accounts/factor.html", form, refusal, standing=_standing())
    flash(gettext(GIVEN_UP))
    return redirect(url_for(".overview"))


def _overview(form: CodeForm) -> ResponseReturnValue:
    return form_page("accounts/factor.html", form, standing=_standing())


def _codes_page(result: Codes, *, is_new: bool) -> ResponseReturnValue:
    """The recovery codes, this once: they are kept as fingerprints only."""
    return render_template("accounts/recovery_codes.html", codes=result.codes, is_new=is_new, next=login.destination())


def _standing() -> _Standing:
    with reading() as session:
        user_id = actor().user_id
        return _Standing(
            queries.has_factor(session, user_id),
            queries.unused_recovery_codes(session, user_id),
            _is_required(),
        )


def _is_required() -> bool:
    return config().staff_needs_factor and (actor().is_staff or login.is_held())


def _given(form: CodeForm) -> Given:
    return Given(form.code.text or "", login.keyring(), client_address(), now())
