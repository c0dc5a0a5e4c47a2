"""How an organisation looks from outside: the words for its facts, its history, what waits for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.standing import ROLE_WORDS
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import ANONYMOUS, Actor, Role
from marketplace.core.calendar import day_of
from marketplace.core.registry import Task
from marketplace.core.text import Message, _, say
from marketplace.organisations import queries
from marketplace.organisations.credit_code import doubt
from marketplace.organisations.lifecycle import OrganisationState, QualificationState
from marketplace.organisations.models import Organisation, OrganisationKind, Qualification, SizeClass
from marketplace.organisations.policies import POLICY
from marketplace.organisations.qualifications import CARRIERS, LABELS
from marketplace.organisations.queries import qualifications as held
from search.documents import SearchDocument

KIND = "organisation"
KIND_LABELS: Mapping[OrganisationKind, str] = {
    OrganisationKind.ENTERPRISE: _("企业"),
    OrganisationKind.UNIVERSITY: _("高校"),
    OrganisationKind.INSTITUTE: _("科研院所"),
    OrganisationKind.NEW_RND: _("新型研发机构"),
    OrganisationKind.HOSPITAL: _("医疗卫生机构"),
    OrganisationKind.AGENCY: _("技术转移机构"),
    OrganisationKind.PROVIDER: _("服务机构"),
    OrganisationKind.OTHER: _("其他单位"),
}
SIZE_LABELS: Mapping[SizeClass, str] = {
    SizeClass.LARGE: _("大型"),
    SizeClass.MEDIUM: _("中型"),
    SizeClass.SMALL: _("小型"),
    SizeClass.MICRO: _("微型"),
}
STATE_LABELS: Mapping[OrganisationState, str] = {
    OrganisationState.UNVERIFIED: _("未认证"),
    OrganisationState.SUBMITTED: _("认证审核中"),
    OrganisationState.VERIFIED: _("已认证"),
    OrganisationState.REJECTED: _("认证未通过"),
    OrganisationState.SUSPENDED: _("已暂停"),
}
TONES: Mapping[OrganisationState, str] = {
    OrganisationState.SUBMITTED: "notice",
    OrganisationState.VERIFIED: "good",
    OrganisationState.REJECTED: "bad",
    OrganisationState.SUSPENDED: "bad",
}
ACTION_LABELS: Mapping[str, str] = {
    "submit": _("提交认证"),
    "verify": _("通过认证"),
    "reject": _("不予通过"),
    "suspend": _("暂停资格"),
    "reinstate": _("恢复资格"),
}
HISTORY_LABELS: Mapping[str, str] = {
    **ACTION_LABELS,
    "found": _("登记单位"),
    "edit": _("修改资料"),
    "add_member": _("增加成员"),
    "change_role": _("调整成员角色"),
    "remove_member": _("移除成员"),
    "add_department": _("增加部门"),
    "rename_department": _("修改部门名称"),
    "close_department": _("停用部门"),
    "reopen_department": _("恢复部门"),
    "claim_qualification": _("登记资质"),
    "confirm_qualification": _("确认资质"),
    "refuse_qualification": _("不予确认资质"),
    "remove_qualification": _("删除资质"),
    "assign_commissioner": _("指定服务专员"),
    "invite": _("邀请成员"),
    "resend_invitation": _("重新寄出邀请"),
    "withdraw_invitation": _("撤回邀请"),
    "accept_invitation": _("接受邀请加入"),
    "leave": _("成员退出"),
}
ACTOR_LABELS: Mapping[str, str] = {"system": _("系统"), **{str(role): words for role, words in ROLE_WORDS.items()}}
ROLE_CHOICES = {str(role): ROLE_WORDS[role] for role in (Role.OWNER, Role.APPROVER, Role.EDITOR, Role.READER)}
SORT_LABELS = {"newest": _("最新认证"), "name": _("名称")}
SUMMARY_CHARACTERS = 200
TO_VERIFY = _("单位待认证")
TO_SUBMIT = _("补齐资料，提交认证")
TO_MEND = _("认证未通过，修改后可以再提交")
TO_CONFIRM = _("资质待核对")
REVIEW, CONTINUE, EXAMINE = _("审核"), _("继续填写"), _("核对")
RUN_OUT = _("已过有效期")
QUALIFICATION_STATES: Mapping[QualificationState, tuple[str, str]] = {
    QualificationState.CLAIMED: (_("待核对"), "notice"),
    QualificationState.CONFIRMED: (_("已确认"), "good"),
    QualificationState.REFUSED: (_("未确认"), "bad"),
}


@dataclass(frozen=True, slots=True)
class QualificationRow:
    """A qualification as pages show it; labels are message ids."""

    one: Qualification
    label: str
    is_carrier: bool
    state: str
    tone: str
    is_waiting: bool


def doubt_of(organisation: Organisation) -> Message | None:
    """Whether its code looks unusual for its kind: a question for whoever verifies it."""
    return doubt(organisation.kind, KIND_LABELS[organisation.kind], organisation.code)


def qualification(one: Qualification, now: datetime) -> QualificationRow:
    """A row with its state in words: run out is told by the calendar of Beijing."""
    today = day_of(now)
    has_run_out = one.valid_until is not None and one.valid_until < today
    if one.state is QualificationState.CONFIRMED and has_run_out:
        label, tone = RUN_OUT, "bad"
    else:
        label, tone = QUALIFICATION_STATES[one.state]
    is_waiting = one.state is QualificationState.CLAIMED
    return QualificationRow(one, LABELS[one.kind], one.kind in CARRIERS, label, tone, is_waiting)


def timeline(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    """Its history in words: when, what, who (a role, never a name), reason."""
    shown = []
    for entry in entries:
        detail = entry.detail.detail if entry.detail else {}
        what = HISTORY_LABELS.get(entry.action)
        if what is not None:
            who = ACTOR_LABELS.get(str(detail.get("as", "")), "")
            shown.append({"when": entry.at, "what": what, "who": who, "reason": detail.get("reason")})
    return shown


def tasks(session: Session, actor: Actor, _now: datetime) -> list[Task]:
    """What waits on the workbench: an operator's organisations to verify, an owner's own ones that are not yet."""
    waiting = [_task(TO_VERIFY, organisation, REVIEW) for organisation in queries.to_review(session, actor)]
    for organisation, claim in held.to_confirm(session, actor):
        waiting.append(_task(TO_CONFIRM, organisation, EXAMINE, claim.claimed_at))
    for organisation in queries.owned_and_unfinished(session, actor):
        is_refused = organisation.state is OrganisationState.REJECTED
        waiting.append(_task(TO_MEND if is_refused else TO_SUBMIT, organisation, CONTINUE))
    return waiting


def panel_of_user(session: Session, actor: Actor, _user: object, _now: datetime) -> Mapping[str, object] | None:
    """The person's own organisations, for the page of their account."""
    own = queries.own(session, actor)
    rows = [(one, STATE_LABELS[one.state], TONES.get(one.state, "muted"), ROLE_WORDS[role]) for one, role in own]
    return {"rows": rows}


def as_document(organisation: Organisation) -> SearchDocument | None:
    """What the index may hold: only what a visitor reads. None where a visitor sees nothing."""
    if not POLICY["view"](ANONYMOUS, organisation):
        return None
    parts = (organisation.name_en, organisation.introduction, organisation.introduction_en)
    return SearchDocument(
        key=f"{KIND}:{organisation.public_id}",
        kind=KIND,
        version=organisation.version,
        title=organisation.name,
        body="\n".join(part for part in parts if part),
        summary=(organisation.introduction or "")[:SUMMARY_CHARACTERS],
        codes=(organisation.code,),
        area=organisation.area,
        state=organisation.state.value,
        published_at=organisation.verified_at,
    )


def title(organisation: Organisation) -> str:
    return organisation.name


def _task(words: str, organisation: Organisation, action: str, since: datetime | None = None) -> Task:
    return Task(
        what=say(words),
        kind=KIND,
        subject_id=organisation.public_id,
        subject_title=organisation.name,
        action=action,
        since=since or organisation.submitted_at or organisation.created_at,
    )
