"""How a request for release looks: its words, what waits for whom, and the panel on the thing's own page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals import queries
from marketplace.approvals.lifecycle import DECISIONS, LIFECYCLE, ApprovalState
from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.approvals.policies import POLICY
from marketplace.approvals.queries import Told
from marketplace.core.actor import Actor
from marketplace.core.approval import Approvable, Matter
from marketplace.core.registry import Task
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.organisations.models import Department, Organisation
from marketplace.organisations.queries import departments_of

S = ApprovalState
STATE_LABELS: Mapping[ApprovalState, str] = {
    S.ASKED: _("等待放行"),
    S.RELEASED: _("已放行，待提交"),
    S.RETURNED: _("已退回修改"),
    S.RECALLED: _("经办人已收回"),
    S.LAPSED: _("内容已变，失效"),
    S.HANDED_IN: _("已放行并提交"),
}
TONES: Mapping[ApprovalState, str] = {
    S.ASKED: "notice",
    S.RELEASED: "good",
    S.RETURNED: "bad",
    S.HANDED_IN: "good",
}
ACTION_LABELS: Mapping[str, str] = {
    "ask": _("提请放行"),
    "release": _("放行"),
    "return": _("退回修改"),
    "recall": _("收回提请"),
    "lapse": _("失效"),
    "hand_in": _("提交"),
}
TO_RELEASE = _("单位内部审核：等你放行")
RETURNED = _("单位内部审核退回，请修改后再提请")
RELEASED = _("单位内部审核已放行，可以提交")
WAITING = _("单位内部审核：等审核人放行")
EXAMINE, MEND, HAND_IN, LOOK = _("审核"), _("修改"), _("去提交"), _("查看")
OWN_TASKS: Mapping[ApprovalState, tuple[str, str]] = {
    S.ASKED: (WAITING, LOOK),
    S.RELEASED: (RELEASED, HAND_IN),
    S.RETURNED: (RETURNED, MEND),
}
Loaded = Callable[[Session, Actor, Any, datetime], Mapping[str, Any] | None]


def tasks(session: Session, actor: Actor, _now: datetime) -> list[Task]:
    """An approver's things to release; for those who write, what was returned, released, or is with an approver."""
    found = [_task(one, TO_RELEASE, EXAMINE) for one in queries.to_release(session, actor)]
    found += [_task(one, *OWN_TASKS[one.state]) for one in queries.in_hand(session, actor)]
    return found


def panel_of(approvable: Approvable) -> Loaded:
    """The panel of a thing's page; only its own organisation, and whoever supervises, sees one."""

    def load(session: Session, actor: Actor, thing: Any, _now: datetime) -> Mapping[str, Any] | None:
        matter = approvable.matter(thing)
        if not _sees(actor, matter):
            return None
        requests = queries.requests_of(session, matter.subject)
        needed = _needed(session, matter)
        if not needed and not requests:
            return None
        return shown(actor, matter, requests) | {"may_ask": needed and _may_ask(session, actor, matter, requests)}

    return load


def shown(actor: Actor, matter: Matter, requests: Sequence[Told]) -> dict[str, Any]:
    """What panel and page say of a thing's requests, the latest first, and what this person may do about it."""
    last = requests[0] if requests else None
    return {
        "subject": str(matter.subject),
        "last": last,
        "allowed": decisions(actor, last.approval) if last and matter.is_waiting else frozenset(),
        "is_own": last is not None and last.approval.asked_by == actor.user_id,
        "history": [step for told in requests for step in _steps(told)],
        "labels": STATE_LABELS,
        "tones": TONES,
    }


def decisions(actor: Actor, approval: Approval) -> frozenset[str]:
    """The steps that this person may take now; whoever may return it does not take it back for somebody else."""
    steps = set(LIFECYCLE.actions_from(approval.state)) & set(DECISIONS)
    may = {name for name in steps if POLICY[name](actor, approval)}
    return frozenset(may - {"recall"} if "return" in may else may)


def panel_of_organisation(
    labels: Mapping[str, str],
) -> Callable[[Session, Actor, Organisation, datetime], Mapping[str, Any] | None]:
    """The panel of an organisation's page: what it asks for, in words. ``labels`` are the kinds that know the step."""

    def load(session: Session, actor: Actor, organisation: Organisation, _now: datetime) -> Mapping[str, Any] | None:
        its_rules = ApprovalRule(organisation_id=organisation.id)
        if not POLICY["see_rules"](actor, its_rules):
            return None
        rules = queries.rules_of(session, organisation.id)
        parts: dict[int | None, Department] = {one.id: one for one in departments_of(session, organisation.id)}
        rows = [
            (label, (kind, None) in rules, [part for number, part in parts.items() if (kind, number) in rules])
            for kind, label in labels.items()
        ]
        return {
            "rows": [row for row in rows if row[1] or row[2]],
            "may_set": POLICY["set_rules"](actor, its_rules),
            "organisation_id": organisation.public_id,
        }

    return load


def _sees(actor: Actor, matter: Matter) -> bool:
    standing_in = Approval(organisation_id=matter.organisation_id, department_id=matter.department_id)
    return POLICY["view"](actor, standing_in)


def _needed(session: Session, matter: Matter) -> bool:
    return queries.needs_release(session, matter.organisation_id, matter.subject.kind, matter.department_id)


def _may_ask(session: Session, actor: Actor, matter: Matter, requests: Sequence[Told]) -> bool:
    is_asked = bool(requests) and requests[0].approval.state is S.ASKED
    return matter.is_waiting and not is_asked and POLICY["ask"](actor, matter) and queries.is_held(session, matter)


def _steps(told: Told) -> list[dict[str, Any]]:
    """One request as the lines of a history, the latest first."""
    approval, lines = told.approval, []
    if approval.decided_at is not None:
        who = told.decided_by or told.asked_by
        what = (
            ACTION_LABELS["recall"]
            if told.decided_by is None
            else _DECIDED.get(approval.state, ACTION_LABELS["release"])
        )
        lines.append({"when": approval.decided_at, "what": what, "who": who, "reason": approval.reason})
    if approval.state in (S.LAPSED, S.HANDED_IN):
        lines.insert(0, {"when": "", "what": STATE_LABELS[approval.state], "who": "", "reason": None})
    lines.append({"when": approval.asked_at, "what": ACTION_LABELS["ask"], "who": told.asked_by, "reason": None})
    return lines


_DECIDED = {S.RETURNED: ACTION_LABELS["return"]}


def _task(approval: Approval, what: str, action: str) -> Task:
    subject = Subject.parse(approval.subject)
    return Task(
        what=say(what),
        kind=subject.kind,
        subject_id=subject.id,
        subject_title=approval.title,
        action=action,
        since=approval.decided_at or approval.asked_at,
        is_others_turn=what == WAITING,
    )
