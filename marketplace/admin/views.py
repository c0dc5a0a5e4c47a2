"""The pages of the console: what waits, the log, the rows that wait for the worker."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts.policies import POLICY as ACCOUNTS
from marketplace.admin import queries, services
from marketplace.admin.policies import POLICY
from marketplace.audit import queries as audit_queries
from marketplace.audit.models import AuditEntry
from marketplace.core.calendar import end_of_day
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, counted
from marketplace.notifications.queries import count_failing
from marketplace.settings.policies import POLICY as SETTINGS
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.filtering import asked_words
from marketplace.web.forms import whole_number
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
QUEUE = f"any({','.join(queries.QUEUES)})"
QUEUE_LABELS = {"index": _("检索索引"), "matches": _("匹配")}
TRIED_AGAIN = counted("已让 %(count)d 条重新处理，worker 马上会再试。")
NOTHING_TO_TRY = _("没有要重试的。")
FILTERS = ("actor", "action", "subject", "since", "until")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    who = actor()
    authorize(POLICY, "view", who, None)
    sees_queues = POLICY["see_queues"](who, None)
    with reading() as session:
        waiting = queries.to_review(session, who)
        given_up = queries.count_given_up(session) if sees_queues else 0
        failing = count_failing(session) if sees_queues else None
        head = audit_queries.latest_head(session)
    return render_template(
        "admin/index.html",
        waiting=waiting,
        given_up=given_up,
        failing=failing,
        head=head,
        sees_queues=sees_queues,
        sees_log=POLICY["see_log"](who, None),
        sees_people=ACCOUNTS["list"](who, None),
        sees_settings=SETTINGS["view"](who, None),
    )


@blueprint.get("/audit")
@signed_in
def audit() -> ResponseReturnValue:
    authorize(POLICY, "see_log", actor(), None)
    with reading() as session:
        page = queries.entries(session, log_asked(), page=request.args.get("page", 1, int))
        subjects = _subjects(session, page.items)
    return render_template(
        "admin/audit.html",
        page=page,
        subjects=subjects,
        query={name: value for name in FILTERS if (value := asked_words(name))},
    )


@blueprint.get("/queues")
@signed_in
def queues() -> ResponseReturnValue:
    authorize(POLICY, "see_queues", actor(), None)
    with reading() as session:
        states = [(name, label, queries.queue_state(session, name)) for name, label in QUEUE_LABELS.items()]
        deliveries = queries.deliveries(session)
    return render_template(
        "admin/queues.html", states=states, deliveries=deliveries, may_retry=POLICY["retry"](actor(), None)
    )


@blueprint.post(f"/queues/<{QUEUE}:queue>/retry")
@signed_in
def retry(queue: str) -> ResponseReturnValue:
    authorize(POLICY, "retry", actor(), None)
    row_id = whole_number(request.form.get("row"))
    with writing() as session:
        count = services.retry(session, actor(), queue, row_id=row_id, now=now())
    flash(gettext(TRIED_AGAIN, count=count) if count else gettext(NOTHING_TO_TRY), "success")
    return redirect(url_for(".queues"))


def log_asked() -> queries.LogFilters:
    """What the address asks for; a day that is none is left out. Days are those of Beijing, both included."""
    since, until = _day("since"), _day("until")
    return queries.LogFilters(
        actor=asked_words("actor"),
        action=asked_words("action"),
        subject=asked_words("subject"),
        since=end_of_day(since - timedelta(days=1)) if since else None,
        until=end_of_day(until) if until else None,
    )


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2999, 12, 31) else None


def _subjects(session: Session, entries: Sequence[AuditEntry]) -> dict[str, tuple[str, str]]:
    """Title and address of each subject that this actor may see, with one query for each kind."""
    ids: dict[str, list[str]] = defaultdict(list)
    for text in {entry.subject for entry in entries}:
        subject = Subject.parse(text)
        ids[subject.kind].append(subject.id)
    found = {}
    for kind in (registry().kinds[name] for name in ids if name in registry().kinds):
        for public_id, thing in kind.load(session, ids[kind.name]).items():
            if kind.policy["view"](actor(), thing):
                arguments: dict[str, Any] = {f"{kind.name}_id": public_id}
                found[f"{kind.name}:{public_id}"] = (kind.title(thing), url_for(kind.endpoint, **arguments))
    return found
