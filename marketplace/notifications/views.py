"""The inbox, and what people choose about messages."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.core.news import TOPICS, ChannelName
from marketplace.core.text import _
from marketplace.notifications import presenters, queries, services
from marketplace.notifications.forms import PreferencesForm
from marketplace.notifications.letters import offered_channels
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.filtering import FilterBar
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("notifications", __name__)
FILTERS = FilterBar("notifications.inbox", ("unread", "topic"))
UNREAD = "1"
ALL_READ = _("已把全部消息标为已读。")
SAVED = _("已保存。")


@blueprint.get("/inbox")
@signed_in
def inbox() -> ResponseReturnValue:
    topic = request.args.get("topic")
    with reading() as session:
        page = queries.list_inbox(
            session,
            actor(),
            unread_only=request.args.get("unread") == UNREAD,
            topic=topic if topic in TOPICS else None,
            page=request.args.get("page", 1, int),
        )
        rows = presenters.rows(session, registry(), actor(), page.items)
    return render_template("notifications/inbox.html", page=page, rows=rows, groups=_groups(), query=FILTERS.query())


@blueprint.post("/inbox/read")
@signed_in
def read_all() -> ResponseReturnValue:
    with writing() as session:
        services.mark_all_read(session, actor(), now=now())
    flash(gettext(ALL_READ), "success")
    return redirect(url_for(".inbox"))


@blueprint.post("/inbox/<id:notification_id>/read")
@signed_in
def read(notification_id: str) -> ResponseReturnValue:
    with writing() as session:
        message = queries.get_message(session, actor(), notification_id)
        services.mark_read(actor(), message, now=now())
    filters: dict[str, Any] = {name: request.form[name] for name in FILTERS.names if name in request.form}
    return redirect(url_for(".inbox", **filters))


@blueprint.post("/inbox/<id:notification_id>/open")
@signed_in
def open_subject(notification_id: str) -> ResponseReturnValue:
    """Mark it read and go where it leads; back to the inbox where that may not be seen any more."""
    with writing() as session:
        message = queries.get_message(session, actor(), notification_id)
        services.mark_read(actor(), message, now=now())
        (row,) = presenters.rows(session, registry(), actor(), [message])
    return redirect(row.path or url_for(".inbox"))


@blueprint.route("/account/notifications", methods=["GET", "POST"])
@signed_in
def preferences() -> ResponseReturnValue:
    form = PreferencesForm()
    if not form.validate_on_submit():
        return _preferences_page(form), 422 if form.faults else 200
    with writing() as session:
        offered = _offered(session)
        services.choose(session, actor(), offered=offered, on=form.on.data or [], hour=form.hour, now=now())
    flash(gettext(SAVED), "success")
    return redirect(url_for(".preferences"))


def _preferences_page(form: PreferencesForm) -> str:
    with reading() as session:
        offered = _offered(session)
        chosen = queries.choices_of(session, actor())
        digest = queries.digest_of(session, actor())
    if request.method == "GET":
        form.digest.data = str(digest.hour) if digest else ""
    return render_template(
        "notifications/preferences.html",
        form=form,
        table=presenters.switches(offered, chosen),
        channel_heads=[(gettext(presenters.CHANNEL_LABELS[channel]), False) for channel in offered],
    )


def _offered(session: Session) -> Sequence[ChannelName]:
    """The channels that are set up and reach this person."""
    person = queries.person_of(session, actor())
    return [channel for channel in offered_channels() if person.address(channel) or channel is ChannelName.MAIL]


def _groups() -> list[dict[str, object]]:
    return FILTERS.groups(
        ("unread", _("状态"), [(UNREAD, gettext(_("未读")))]),
        ("topic", _("分类"), [(topic, gettext(label)) for topic, label in presenters.topics()]),
    )
