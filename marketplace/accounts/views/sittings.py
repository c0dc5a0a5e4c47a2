"""The page that asks for a sitting's code; features send people here with ``login.to_sitting``."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login, queries
from marketplace.accounts.forms import CodeForm
from marketplace.accounts.services import sittings
from marketplace.accounts.views.answers import client_address, form_page, refused
from marketplace.core.text import _
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.language import gettext
from marketplace.web.transaction import writing

blueprint = Blueprint("sittings", __name__)

SENT = _("验证码已寄到你的邮箱。")


@blueprint.route("/account/sitting", methods=["GET", "POST"])
@signed_in
def begin() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return form_page("accounts/sitting.html", form, next=login.destination())
    with writing() as session:
        user = queries.own_account(session, actor())
        typed, token = form.code.text or "", login.current_token()
        refusal = sittings.begin(session, actor(), user, typed, token=token, client_address=client_address(), now=now())
    if refusal:
        return refused("accounts/sitting.html", form, refusal, next=login.destination())
    return redirect(login.destination())


@blueprint.post("/account/sitting/code")
@signed_in
def send_code() -> ResponseReturnValue:
    with writing() as session:
        user = queries.own_account(session, actor())
        token = login.current_token()
        locked = sittings.send_code(session, actor(), user, token=token, client_address=client_address(), now=now())
    if locked:
        return refused("accounts/sitting.html", CodeForm(formdata=None), locked, next=login.destination())
    flash(gettext(SENT))
    return redirect(url_for(".begin", next=login.destination()))
