"""The pages of interests."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.achievements.policies import POLICY as ACHIEVEMENT
from marketplace.achievements.queries import get_achievement
from marketplace.audit.queries import history_of
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.interests import presenters, queries, services
from marketplace.interests.forms import InspectionForm, MessageForm
from marketplace.interests.lifecycle import LIFECYCLE
from marketplace.interests.models import Interest
from marketplace.interests.policies import ACHIEVEMENT_RULES, POLICY
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.errors import status_of
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("interests", __name__)
SENT = _("已发送，对方会收到通知。")
CLOSED = _("已结束，对方会收到通知。")


@blueprint.get("/interests")
@signed_in
def index() -> ResponseReturnValue:
    with reading() as session:
        page = queries.own_interests(session, actor(), page=request.args.get("page", 1, int))
    return render_template("interests/index.html", page=page.map(lambda one: presenters.as_row(one, actor())))


@blueprint.route("/achievements/<id:achievement_id>/interest", methods=["GET", "POST"])
@signed_in
def express(achievement_id: str) -> ResponseReturnValue:
    with reading() as session:
        achievement = get_achievement(session, actor(), achievement_id)
        authorize(ACHIEVEMENT_RULES, "express", actor(), achievement)
    form = MessageForm()
    refused = 0
    if form.validate_on_submit():
        try:
            with writing() as session:
                wanted = get_achievement(session, actor(), achievement_id)
                interest = services.express(session, actor(), wanted, words=form.words.text, now=now())
                made = interest.public_id
        except (Invalid, Conflict) as error:
            form.refuse(error)
            refused = status_of(error)
        else:
            flash(gettext(SENT), "success")
            return redirect(url_for(".detail", interest_id=made))
    page = render_template("interests/express.html", form=form, achievement=achievement)
    return page, refused or (422 if form.errors else 200)


@blueprint.get("/interests/<id:interest_id>")
@signed_in
def detail(interest_id: str) -> ResponseReturnValue:
    return _detail_page(interest_id)


@blueprint.post("/interests/<id:interest_id>/reply")
@signed_in
def reply(interest_id: str) -> ResponseReturnValue:
    _may(interest_id, "reply")
    form = MessageForm()
    if not form.validate_on_submit():
        return _detail_page(interest_id, replying=form), 422
    try:
        with writing() as session:
            interest = queries.get_interest(session, actor(), interest_id)
            services.reply(session, actor(), interest, words=form.words.text, now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _detail_page(interest_id, replying=form), status_of(error)
    flash(gettext(SENT), "success")
    return redirect(url_for(".detail", interest_id=interest_id))


@blueprint.post("/interests/<id:interest_id>/close")
@signed_in
def close(interest_id: str) -> ResponseReturnValue:
    with writing() as session:
        interest = queries.get_interest(session, actor(), interest_id)
        services.close(session, actor(), interest, now=now())
    flash(gettext(CLOSED), "success")
    return redirect(url_for(".detail", interest_id=interest_id))


@blueprint.post("/interests/<id:interest_id>/inspect")
@signed_in
def inspect(interest_id: str) -> ResponseReturnValue:
    """The words for an operator, this once: the reason is in the history before they are shown."""
    _may(interest_id, "inspect")
    form = InspectionForm()
    if not form.validate_on_submit():
        return _detail_page(interest_id, inspecting=form), 422
    try:
        with writing() as session:
            interest = queries.get_interest(session, actor(), interest_id)
            services.inspect(session, actor(), interest, reason=form.reason.text, now=now())
    except Invalid as error:
        form.show(error)
        return _detail_page(interest_id, inspecting=form), 422
    return _detail_page(interest_id, is_inspected=True)


def _may(interest_id: str, action: str) -> None:
    """Whoever may not is told so before anything they sent is looked at."""
    with reading() as session:
        authorize(POLICY, action, actor(), queries.get_interest(session, actor(), interest_id))


def _detail_page(
    interest_id: str,
    *,
    replying: MessageForm | None = None,
    inspecting: InspectionForm | None = None,
    is_inspected: bool = False,
) -> str:
    with reading() as session:
        who = actor()
        interest = queries.get_interest(session, who, interest_id)
        authorize(POLICY, "view", who, interest)
        sees_words = is_inspected or POLICY["see_words"](who, interest)
        messages = queries.messages_of(session, interest) if sees_words else []
        entries = history_of(session, Subject("interest", interest_id))
    may_inspect = POLICY["inspect"](who, interest) and not is_inspected
    return render_template(
        "interests/detail.html",
        interest=interest,
        row=presenters.as_row(interest, who),
        lines=presenters.as_lines(interest, messages),
        sees_words=sees_words,
        is_party=POLICY["see_words"](who, interest),
        history=presenters.history(entries),
        replying=replying or (MessageForm(formdata=None) if _may_now("reply", interest) else None),
        may_close=_may_now("close", interest),
        may_reopen=_may_now("reopen", interest) and ACHIEVEMENT_RULES["express"](who, interest.achievement),
        inspecting=inspecting or (InspectionForm(formdata=None) if may_inspect else None),
        failed=replying or inspecting,
        sees_achievement=ACHIEVEMENT["view"](who, interest.achievement),
    )


def _may_now(action: str, interest: Interest) -> bool:
    return action in LIFECYCLE.actions_from(interest.state) and POLICY[action](actor(), interest)
