"""The pages of questions and clarifications."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.challenges.queries import get_challenge
from marketplace.challenges.timing import has_closed
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.questions import presenters, queries, services
from marketplace.questions.forms import AnswerForm, ClarificationForm, HidingForm, QuestionForm, WordsForm
from marketplace.questions.policies import CHALLENGE_RULES, POLICY
from marketplace.questions.timing import is_over
from marketplace.web.access import public, signed_in
from marketplace.web.current import actor, now
from marketplace.web.errors import status_of
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("questions", __name__)
OF_CHALLENGE = "/challenges/<id:challenge_id>"
ASKED = _("已提问。答复会公开，并通知你；别人看不到是谁问的。")
ANSWERED = _("已答复，所有人可见。")
HIDDEN = _("已隐藏，理由留在原处。")
CLARIFIED = _("澄清第 %(number)d 号已发布。")


@blueprint.get(f"{OF_CHALLENGE}/questions")
@public
def index(challenge_id: str) -> ResponseReturnValue:
    return _index_page(challenge_id)


@blueprint.post(f"{OF_CHALLENGE}/questions")
@signed_in
def ask(challenge_id: str) -> ResponseReturnValue:
    _may_of_challenge(challenge_id, "ask")
    form = QuestionForm()
    if not form.validate_on_submit():
        return _index_page(challenge_id, asking=form), 422
    try:
        with writing() as session:
            challenge = get_challenge(session, actor(), challenge_id)
            services.ask(session, actor(), challenge, words=form.words.text, now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _index_page(challenge_id, asking=form), status_of(error)
    flash(gettext(ASKED), "success")
    return redirect(url_for(".index", challenge_id=challenge_id))


@blueprint.post(f"{OF_CHALLENGE}/clarifications")
@signed_in
def clarify(challenge_id: str) -> ResponseReturnValue:
    _may_of_challenge(challenge_id, "clarify")
    form = ClarificationForm(prefix="clarification-")
    if not form.validate_on_submit():
        return _index_page(challenge_id, clarifying=form), 422
    try:
        with writing() as session:
            challenge = get_challenge(session, actor(), challenge_id)
            made = services.clarify(session, actor(), challenge, words=form.words.text, now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _index_page(challenge_id, clarifying=form), status_of(error)
    flash(gettext(CLARIFIED, number=made.number), "success")
    return redirect(url_for(".index", challenge_id=challenge_id))


@blueprint.get("/questions/<id:question_id>")
@public
def detail(question_id: str) -> ResponseReturnValue:
    return _detail_page(question_id)


@blueprint.post("/questions/<id:question_id>/answer")
@signed_in
def answer(question_id: str) -> ResponseReturnValue:
    _may(question_id, "answer")
    form = AnswerForm()
    if not form.validate_on_submit():
        return _detail_page(question_id, answering=form), 422
    try:
        with writing() as session:
            question = queries.get_question(session, actor(), question_id)
            services.answer(session, actor(), question, words=form.words.text, now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _detail_page(question_id, answering=form), status_of(error)
    flash(gettext(ANSWERED), "success")
    return redirect(url_for(".detail", question_id=question_id))


@blueprint.post("/questions/<id:question_id>/hide")
@signed_in
def hide(question_id: str) -> ResponseReturnValue:
    _may(question_id, "hide")
    form = HidingForm()
    if not form.validate_on_submit():
        return _detail_page(question_id, hiding=form), 422
    try:
        with writing() as session:
            question = queries.get_question(session, actor(), question_id)
            services.hide(session, actor(), question, reason=form.reason.text, now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _detail_page(question_id, hiding=form), status_of(error)
    flash(gettext(HIDDEN), "success")
    return redirect(url_for(".detail", question_id=question_id))


def _may_of_challenge(challenge_id: str, action: str) -> None:
    """Whoever may not is told so before anything they sent is looked at."""
    with reading() as session:
        authorize(CHALLENGE_RULES, action, actor(), get_challenge(session, actor(), challenge_id))


def _may(question_id: str, action: str) -> None:
    with reading() as session:
        authorize(POLICY, action, actor(), queries.get_question(session, actor(), question_id))


def _index_page(challenge_id: str, *, asking: QuestionForm | None = None, clarifying: WordsForm | None = None) -> str:
    with reading() as session:
        moment, who = now(), actor()
        challenge = get_challenge(session, who, challenge_id)
        moments = services.moments_of(challenge)
        page = queries.questions_of(session, challenge, page=request.args.get("page", 1, int))
        clarifications = queries.clarifications_of(session, challenge)
    is_open = moments is not None and not has_closed(challenge.bids_close_at, now=moment)
    may_ask = CHALLENGE_RULES["ask"](who, challenge) and moments is not None and not is_over(moments.ask, now=moment)
    return render_template(
        "questions/index.html",
        challenge=challenge,
        page=page.map(lambda one: presenters.as_row(one, who, moments=moments, now=moment)),
        clarifications=clarifications,
        times=presenters.time_words(moments, now=moment),
        asking=asking or (QuestionForm(formdata=None) if may_ask else None),
        clarifying=clarifying
        or (
            ClarificationForm(formdata=None, prefix="clarification-")
            if is_open and CHALLENGE_RULES["clarify"](who, challenge)
            else None
        ),
        failed=asking or clarifying,
        is_stranger=not who.is_signed_in and is_open,
    )


def _detail_page(question_id: str, *, answering: AnswerForm | None = None, hiding: HidingForm | None = None) -> str:
    with reading() as session:
        moment, who = now(), actor()
        question = queries.get_question(session, who, question_id)
        asker = queries.name_of_asker(session, question) if POLICY["see_asker"](who, question) else None
    moments = services.moments_of(question.challenge)
    row = presenters.as_row(question, who, moments=moments, now=moment)
    return render_template(
        "questions/detail.html",
        row=row,
        asker=asker,
        challenge=question.challenge,
        times=presenters.time_words(moments, now=moment),
        answering=answering or (AnswerForm(formdata=None) if row.may_answer else None),
        hiding=hiding or (HidingForm(formdata=None) if row.may_hide else None),
        failed=answering or hiding,
        is_hiding=hiding is not None,
    )
