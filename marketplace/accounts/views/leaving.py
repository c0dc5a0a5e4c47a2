"""The pages of one's own data: a copy of it, and the end of the account."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login, queries
from marketplace.accounts.export import as_file
from marketplace.accounts.forms import EraseForm, VerifyForm
from marketplace.accounts.services import erasure
from marketplace.accounts.views.answers import client_address, form_page, refused
from marketplace.core.errors import Conflict, DomainError
from marketplace.core.text import Message, _
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("leaving", __name__)

ERASED = _("账户已注销。")


@blueprint.get("/account/data")
@signed_in
def index() -> ResponseReturnValue:
    return form_page("accounts/data.html", VerifyForm())


@blueprint.post("/account/data/export")
@signed_in
def export() -> ResponseReturnValue:
    """A copy of everything that is kept of this person."""
    with writing() as session:
        erasure.note_export(session, actor(), queries.own_account(session, actor()), now=now())
    with reading() as session:
        parts = queries.own_data(session, actor(), login.keyring()) | registry().data_of(session, actor())
    file = as_file(parts)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.kind, headers=headers)


@blueprint.route("/account/erase", methods=["GET", "POST"])
@signed_in
def erase() -> ResponseReturnValue:
    form, obstacles = EraseForm(), _obstacles()
    if obstacles or not form.validate_on_submit():
        return form_page("accounts/erase.html", form, obstacles=obstacles)
    try:
        refusal = _erase(form.password.data or "")
    except Conflict as error:
        refusal = error
    if refusal:
        return refused("accounts/erase.html", form, refusal, obstacles=_obstacles())
    login.end()
    flash(gettext(ERASED))
    return redirect(url_for("accounts.login"))


def _obstacles() -> list[Message]:
    with reading() as session:
        return registry().obstacles_of(session, actor())


def _erase(password: str) -> DomainError | None:
    moment, address = now(), client_address()
    with reading() as session:
        user = queries.own_account(session, actor())
        proof = erasure.examine(session, actor(), user, password=password, client_address=address, now=moment)
    with writing() as session:
        user = queries.own_account(session, actor())
        return erasure.erase(session, actor(), user, proof, client_address=address, now=moment)
