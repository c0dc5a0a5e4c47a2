"""Follow, follow no longer, and the list of what one follows."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.follows import queries, services
from marketplace.follows.forms import FollowForm
from marketplace.follows.panels import titles_of
from marketplace.follows.presenters import DIRECTION, as_rows
from marketplace.taxonomy.current import catalogue
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("follows", __name__)
FOLLOWED = _("已关注，有新进展会通知你。")
UNFOLLOWED = _("已取消关注。")


@blueprint.get("/follows")
@signed_in
def index() -> ResponseReturnValue:
    with reading() as session:
        page = queries.follows_of(session, actor(), page=request.args.get("page", 1, int))
        titles = titles_of(session, actor(), page.items, registry())
    return render_template("follows/index.html", page=page, rows=as_rows(page.items, titles, registry()))


@blueprint.post("/follows")
@signed_in
def change() -> ResponseReturnValue:
    form = FollowForm()
    if not form.validate_on_submit():
        raise NotFound
    subject = Subject(str(form.kind.data), str(form.subject_id.data))
    is_on = form.on.data == "1"
    with writing() as session:
        if is_on:
            _must_be_seen(session, subject)
            services.follow(session, actor(), subject, now=now())
        else:
            services.unfollow(session, actor(), subject, now=now())
    flash(gettext(FOLLOWED if is_on else UNFOLLOWED), "success")
    return redirect(url_for(".index") if "list" in request.form else _page_of(subject))


def _must_be_seen(session: Session, subject: Subject) -> None:
    """Raise NotFound for what is not there, or not for this person."""
    if subject.kind == DIRECTION:
        if subject.id not in {one.code for one in catalogue().directions}:
            raise NotFound
        return
    kind = registry().kinds[subject.kind]
    if kind.load_visible is None or subject.id not in kind.load_visible(session, actor(), [subject.id]):
        raise NotFound


def _page_of(subject: Subject) -> str:
    if subject.kind == DIRECTION:
        return url_for("taxonomy.direction", direction=subject.id)
    arguments: dict[str, Any] = {f"{subject.kind}_id": subject.id}
    return url_for(registry().kinds[subject.kind].endpoint, **arguments)
