"""The inbox, and what people choose about messages."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.core.actor import STAFF_ROLES
from marketplace.core.news import TOPICS, ChannelName
from marketplace.core.text import _, counted
from marketplace.notifications import presenters, queries, services
from marketplace.notifications.forms import PreferencesForm
from marketplace.notifications.letters import offered_channels
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.policies import POLICY
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.filtering import FilterBar, asked, asked_words
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("notifications", __name__)
FILTERS = FilterBar("notifications.inbox", ("unread", "topic"))
DELIVERY_FILTERS = FilterBar("notifications.deliveries", ("state", "channel", "address"))
LONGEST_ADDRESS = 254
UNREAD = "1"
ALL_READ = _("已把全部消息标为已读。")
SAVED = _("已保存。")
SENT_AGAIN = counted("已让 %(count)d 条重新投递，马上会再试。")
NOTHING_TO_SEND = _("没有要重新投递的。")


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


@blueprint.get("/admin/deliveries")
@signed_in
def deliveries() -> ResponseReturnValue:
    """Everybody's deliveries, for administrators."""
    with reading() as session:
        page = queries.deliveries(
            session,
            actor(),
            state=asked("state", DeliveryState),
            channel=asked("channel", ChannelName),
            address=asked_words("address", LONGEST_ADDRESS),
            page=request.args.get("page", 1, int),
        )
        dead = queries.dead_by_kind(session, actor())
    return render_template(
        "notifications/deliveries.html",
        page=page,
        rows=[presenters.delivery_row(one) for one in page.items],
        dead=presenters.dead_kinds(dead),
        groups=_delivery_groups(),
        query=DELIVERY_FILTERS.query(),
        may_retry=POLICY["retry_delivery"](actor(), None),
    )


@blueprint.post("/admin/deliveries/<id:delivery_id>/retry")
@signed_in
def retry_delivery(delivery_id: str) -> ResponseReturnValue:
    with writing() as session:
        services.retry(session, actor(), queries.get_delivery(session, actor(), delivery_id), now=now())
    flash(gettext(SENT_AGAIN, count=1), "success")
    filters: dict[str, Any] = {name: request.form[name] for name in DELIVERY_FILTERS.names if name in request.form}
    return redirect(url_for(".deliveries", **filters))


@blueprint.post("/admin/deliveries/retry")
@signed_in
def retry_kind() -> ResponseReturnValue:
    with writing() as session:
        count = services.retry_all(session, actor(), request.form.get("kind", ""), now=now())
    flash(gettext(SENT_AGAIN, count=count) if count else gettext(NOTHING_TO_SEND), "success")
    return redirect(url_for(".deliveries"))


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
        table=presenters.switches(offered, chosen, is_staff=_is_staff()),
        channel_heads=[(gettext(presenters.CHANNEL_LABELS[channel]), False) for channel in offered],
    )


def _offered(session: Session) -> Sequence[ChannelName]:
    """The channels that are set up and reach this person."""
    person = queries.person_of(session, actor())
    return [channel for channel in offered_channels() if person.address(channel) or channel is ChannelName.MAIL]


def _delivery_groups() -> list[dict[str, object]]:
    states, channels = presenters.STATE_LABELS, presenters.CHANNEL_LABELS
    return DELIVERY_FILTERS.groups(
        ("state", _("状态"), [(str(state), gettext(label)) for state, label in states.items()]),
        ("channel", _("渠道"), [(str(channel), gettext(label)) for channel, label in channels.items()]),
    )


def _groups() -> list[dict[str, object]]:
    return FILTERS.groups(
        ("unread", _("状态"), [(UNREAD, gettext(_("未读")))]),
        (
            "topic",
            _("分类"),
            [(topic, gettext(label)) for topic, label in presenters.topics(is_staff=_is_staff())],
        ),
    )


def _is_staff() -> bool:
    return actor().is_a(*STAFF_ROLES)
