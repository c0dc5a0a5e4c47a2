"""The page of one's own sessions: where one is signed in, and how to end it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login, presenters, queries
from marketplace.accounts.services import sessions
from marketplace.core.text import _
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("sessions", __name__)

ENDED = _("这个登录已结束。")
NOT_OPEN = _("这个登录已经不在了。")
ENDED_EVERYWHERE = _("所有浏览器里的登录都已结束，请重新登录。")


@blueprint.get("/account/sessions")
@signed_in
def index() -> ResponseReturnValue:
    with reading() as session:
        found = queries.sessions_of(session, actor())
        origins = queries.words_of(session, login.keyring(), [one.origin for one in found if one.origin])
    shown = presenters.sessions(found, origins, token=login.current_token(), is_staff=actor().is_staff, now=now())
    return render_template("accounts/sessions.html", live=shown.live, ended=shown.ended)


@blueprint.post("/account/sessions/end")
@signed_in
def end() -> ResponseReturnValue:
    key, is_ended = request.form.get("which", ""), False
    if presenters.is_session_key(key):
        with writing() as session:
            user = queries.own_account(session, actor())
            is_ended = sessions.end_session(session, actor(), user, key=key, now=now())
    flash(gettext(ENDED) if is_ended else gettext(NOT_OPEN), "message" if is_ended else "warning")
    return redirect(url_for(".index"))


@blueprint.post("/account/sessions/end-all")
@signed_in
def end_all() -> ResponseReturnValue:
    with writing() as session:
        sessions.end_everywhere(session, actor(), queries.own_account(session, actor()), now=now())
    login.end()
    flash(gettext(ENDED_EVERYWHERE))
    return redirect(url_for("accounts.login"))
