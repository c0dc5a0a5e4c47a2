"""The API of questions about challenges and of numbered clarifications: nobody's name, as on the pages."""

from typing import Any

import marshmallow as ma
from flask import Response, url_for

from marketplace.challenges.queries import get_challenge
from marketplace.core.actor import Actor
from marketplace.core.paging import Page
from marketplace.core.permissions import authorize
from marketplace.questions import presenters, queries, services
from marketplace.questions.forms import AnswerForm, ClarificationForm, HidingForm, QuestionForm
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Clarification, ClarificationKind, Question
from marketplace.questions.policies import CHALLENGE_RULES, POLICY
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api, token
from marketplace.web.bodies import Shape, judged
from marketplace.web.current import actor, now
from marketplace.web.json_fields import instant
from marketplace.web.transaction import reading, writing

blueprint = rest.ApiBlueprint("questions", __name__, path="", description="Questions (提问) and clarifications (澄清).")
ASK = Shape(QuestionForm, "QuestionBody")
ANSWER = Shape(AnswerForm, "AnswerBody")
HIDE = Shape(HidingForm, "HidingBody")
CLARIFY = Shape(ClarificationForm, "ClarificationBody")


class QuestionRow(ma.Schema):
    """A question and its answer; ``words`` and ``answer`` are null where they are hidden from this reader."""

    id = json_fields.public_id(required=True)
    challenge = json_fields.public_id(required=True)
    state = json_fields.Choice(QuestionState)
    words = ma.fields.String(allow_none=True)
    asked_at = json_fields.Instant()
    answer = ma.fields.String(allow_none=True)
    answered_at = json_fields.Instant(allow_none=True)
    hidden_reason = ma.fields.String(allow_none=True)
    is_mine = ma.fields.Boolean()
    actions = ma.fields.List(ma.fields.String(), metadata={"description": "what this actor may do now"})


class ClarificationRow(ma.Schema):
    """A numbered notice; one of a moved deadline says from when to when."""

    number = ma.fields.Integer(required=True)
    kind = json_fields.Choice(ClarificationKind)
    words = ma.fields.String(required=True)
    published_at = json_fields.Instant()
    previous_close_at = json_fields.Instant(allow_none=True)
    close_at = json_fields.Instant(allow_none=True)


@blueprint.offers(
    "GET /challenges/<id:challenge_id>/questions",
    open_api("questions:read"),
    shows=answers.envelope("QuestionList", QuestionRow),
    query=answers.ListQuery,
)
def index(query: dict[str, Any], challenge_id: str) -> Response:
    """Questions about a challenge, the latest first."""
    with reading() as session:
        challenge = get_challenge(session, actor(), challenge_id)
        page = queries.questions_of(session, challenge, page=query["page"], per_page=query["per_page"])
    return answers.listed(page, [_as_row(one, actor()) for one in page.items], asked=query["page"])


@blueprint.offers(
    "POST /challenges/<id:challenge_id>/questions",
    token("questions:write"),
    shows=QuestionRow,
    body=ASK.schema,
    status=201,
)
def ask(body: dict[str, Any], challenge_id: str) -> Response:
    """Ask as a member of the token's organisation; nobody is told who asked."""
    _may_of_challenge(challenge_id, "ask")
    form = judged(ASK.filled(body))
    with writing() as session:
        challenge = get_challenge(session, actor(), challenge_id)
        question = services.ask(session, actor(), challenge, words=form.words.text, now=now())
    return _shown(question, status=201)


@blueprint.offers("GET /questions/<id:question_id>", open_api("questions:read"), shows=QuestionRow)
def detail(question_id: str) -> Response:
    """One question."""
    with reading() as session:
        question = queries.get_question(session, actor(), question_id)
    return _shown(question)


@blueprint.offers(
    "POST /questions/<id:question_id>/actions/answer", token("questions:write"), shows=QuestionRow, body=ANSWER.schema
)
def answer(body: dict[str, Any], question_id: str) -> Response:
    """Answer for all to read, once."""
    _may(question_id, "answer")
    form = judged(ANSWER.filled(body))
    with writing() as session:
        question = queries.get_question(session, actor(), question_id)
        services.answer(session, actor(), question, words=form.words.text, now=now())
    return _shown(question)


@blueprint.offers(
    "POST /questions/<id:question_id>/actions/hide", token("questions:write"), shows=QuestionRow, body=HIDE.schema
)
def hide(body: dict[str, Any], question_id: str) -> Response:
    """Take a question and its answer from the page; the reason stays in their place."""
    _may(question_id, "hide")
    form = judged(HIDE.filled(body))
    with writing() as session:
        question = queries.get_question(session, actor(), question_id)
        services.hide(session, actor(), question, reason=form.reason.text, now=now())
    return _shown(question)


@blueprint.offers(
    "GET /challenges/<id:challenge_id>/clarifications",
    open_api("questions:read"),
    shows=answers.envelope("ClarificationList", ClarificationRow),
)
def clarifications(challenge_id: str) -> Response:
    """Numbered notices of a challenge, the latest first."""
    with reading() as session:
        rows = queries.clarifications_of(session, get_challenge(session, actor(), challenge_id))
    page = Page(rows, len(rows), 1, queries.MOST_CLARIFICATIONS)
    return answers.listed(page, [_as_notice(one) for one in rows], asked=1)


@blueprint.offers(
    "POST /challenges/<id:challenge_id>/clarifications",
    token("questions:write"),
    shows=ClarificationRow,
    body=CLARIFY.schema,
    status=201,
)
def clarify(body: dict[str, Any], challenge_id: str) -> Response:
    """Publish the next numbered notice of an open challenge; its followers are told."""
    _may_of_challenge(challenge_id, "clarify")
    form = judged(CLARIFY.filled(body))
    with writing() as session:
        challenge = get_challenge(session, actor(), challenge_id)
        made = services.clarify(session, actor(), challenge, words=form.words.text, now=now())
    place = url_for("api_questions.clarifications", challenge_id=challenge_id)
    return answers.answer(_as_notice(made), status=201, place=place)


def _may_of_challenge(challenge_id: str, action: str) -> None:
    """Whoever may not is told so before anything they sent is looked at."""
    with reading() as session:
        authorize(CHALLENGE_RULES, action, actor(), get_challenge(session, actor(), challenge_id))


def _may(question_id: str, action: str) -> None:
    with reading() as session:
        authorize(POLICY, action, actor(), queries.get_question(session, actor(), question_id))


def _as_row(question: Question, who: Actor) -> dict[str, Any]:
    row = presenters.as_row(question, who, moments=services.moments_of(question.challenge), now=now())
    possible = {"answer": row.may_answer, "hide": row.may_hide}
    return {
        "id": row.public_id,
        "challenge": question.challenge.public_id,
        "state": question.state,
        "words": row.body,
        "asked_at": instant(row.asked_at),
        "answer": row.answer,
        "answered_at": instant(row.answered_at),
        "hidden_reason": row.hidden_reason,
        "is_mine": row.is_mine,
        "actions": [name for name, may in possible.items() if may],
    }


def _as_notice(one: Clarification) -> dict[str, Any]:
    moments = {name: instant(getattr(one, name)) for name in ("published_at", "previous_close_at", "close_at")}
    return {"number": one.number, "kind": one.kind, "words": one.body} | moments


def _shown(question: Question, *, status: int = 200) -> Response:
    place = url_for("api_questions.detail", question_id=question.public_id)
    return answers.answer(_as_row(question, actor()), status=status, place=place)
