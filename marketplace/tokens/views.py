"""The page of one's own API tokens."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import queries as accounts
from marketplace.core.actor import STAFF_ROLES
from marketplace.core.errors import Invalid
from marketplace.core.text import _
from marketplace.tokens import queries, scopes, services
from marketplace.tokens.forms import RevokeForm, TokenForm
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, viewer
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
REVOKED = _("令牌已吊销，用它的程序从现在起不能再访问。")


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def index() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    try:
        with writing() as session:
            user = accounts.own_account(session, actor())
            wish = form.to_wish(_chosen_organisation(form))
            _row, secret = services.create_token(session, actor(), user, wish, now=now())
    except Invalid as error:
        form.show(error)
        return _page(form)
    return _page(TokenForm(formdata=None), secret=secret)


@blueprint.post("/<id:token_id>/revoke")
@signed_in
def revoke(token_id: str) -> ResponseReturnValue:
    RevokeForm()
    with writing() as session:
        services.revoke_token(session, actor(), queries.get_token(session, actor(), token_id), now=now())
    flash(gettext(REVOKED), "success")
    return redirect(url_for(".index"))


def _form() -> TokenForm:
    form = TokenForm()
    _offer(form)
    return form


def _offer(form: TokenForm) -> None:
    own = [(one.public_id, one.name) for one in viewer().organisations]
    form.offer(own, is_staff=actor().is_a(*STAFF_ROLES))


def _chosen_organisation(form: TokenForm) -> int | None:
    """The form has made sure that it is one of the person's own."""
    return next((one.id for one in viewer().organisations if one.public_id == form.organisation.data), None)


def _page(form: TokenForm, secret: str | None = None) -> ResponseReturnValue:
    """The list and the form; a new token is in this answer and nowhere else."""
    _offer(form)
    with reading() as session:
        tokens = queries.list_own(session, actor())
    names = {one.id: one.name for one in viewer().organisations}
    page = render_template(
        "tokens/index.html",
        form=form,
        tokens=tokens,
        names=names,
        labels=scopes.SCOPE_LABELS,
        secret=secret,
        moment=now(),
    )
    return page, 422 if form.faults else 200
