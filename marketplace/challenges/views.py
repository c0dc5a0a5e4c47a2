"""The pages of challenges."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.approvals import queries as approvals
from marketplace.approvals.services import ask
from marketplace.audit.queries import history_of
from marketplace.challenges import presenters, queries, services
from marketplace.challenges.completeness import measure
from marketplace.challenges.forms import ChallengeForm, ExtensionForm, IndicatorForm, StepForm, form_for, picked_row
from marketplace.challenges.kinds import KIND_HINTS, KIND_LABELS, ChallengeKind
from marketplace.challenges.lifecycle import EDITABLE_STATES, LIFECYCLE
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY
from marketplace.challenges.timing import Phase, phase_of
from marketplace.core.completeness import Measure
from marketplace.core.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.core.money import FEN_PER_WAN, Amount
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.organisations.forms import offer_departments
from marketplace.organisations.models import Department
from marketplace.organisations.queries import departments_for, find_department, is_verified
from marketplace.taxonomy.current import catalogue, library
from marketplace.taxonomy.presenters import (
    area_choices,
    directions_asked,
    directions_within,
    industry_choices,
    library_choices,
)
from marketplace.web.access import public, signed_in
from marketplace.web.codes import absolute, code_of
from marketplace.web.current import actor, now, registry, viewer
from marketplace.web.filtering import FilterBar, asked, asked_wan, asked_words
from marketplace.web.forms import whole_number
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("challenges", __name__, url_prefix="/challenges")
KIND = f"any({','.join(ChallengeKind)})"
PAGE_ACTIONS = tuple(action for action in LIFECYCLE.actions if action != "import_publish")
LibraryGroup = tuple[str, list[tuple[str, str, dict[str, str]]]]
ACTION = f"any({','.join(PAGE_ACTIONS)})"
FILTERS = FilterBar("challenges.index", ("industry", "direction", "kind", "area", "phase", "budget_from", "q", "sort"))
AT_LEAST = _("%(amount)s以上")
COPIED = _("已复制为新草稿：编号、日期和确认都没有带过来，请逐项核对。")
SAVED = _("已保存为草稿，提交审核通过后才会公开。")
DONE = {
    "submit": _("已提交，运营专员审核后会通知你。"),
    "recall": _("已撤回，可以继续修改。"),
    "return": _("已退回，理由已告知发榜单位。"),
    "reject": _("已不予受理，理由已告知发榜单位。"),
    "schedule": _("已排定发榜时间。"),
    "publish": _("已发榜。"),
    "extend": _("截止时间已延长，并已发出澄清公告。"),
    "withdraw": _("已撤榜。"),
    "takedown": _("已紧急下架：页面、列表、搜索和附件都已不再公开，理由已告知对方。"),
    "restore": _("已恢复公开，理由已告知对方。"),
}
ASKED = _("已保存，并提请单位内部审核；审核人放行后就能提交平台。")
CHANGED_MEANWHILE = _("在你编辑时，别人已经改过这条榜单。你填的内容还在下面；确认后再保存将覆盖对方的修改。")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    filters, sort = list_asked()
    with reading() as session:
        moment = now()
        page = queries.list_challenges(
            session, actor(), filters=filters, sort=sort, page=request.args.get("page", 1, int), now=moment
        )
    return render_template(
        "challenges/index.html",
        page=page.map(lambda challenge: presenters.as_row(challenge, actor(), now=moment)),
        groups=_filter_groups(),
        sorts=[(str(value), gettext(label)) for value, label in presenters.SORT_LABELS.items()],
        sort=str(sort),
        words=filters.words or "",
        query=FILTERS.query(),
    )


@blueprint.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    with reading() as session:
        moment = now()
        page = queries.list_own(session, actor(), page=request.args.get("page", 1, int))
    rows = page.map(lambda challenge: presenters.as_row(challenge, actor(), now=moment))
    return render_template("challenges/mine.html", page=rows)


@blueprint.get("/new")
@signed_in
def choose() -> ResponseReturnValue:
    kinds = [(str(kind), KIND_LABELS[kind], KIND_HINTS[kind]) for kind in ChallengeKind]
    organisation = viewer().current_organisation
    with reading() as session:
        may_submit = organisation is not None and is_verified(session, organisation.id)
    return render_template("challenges/choose.html", kinds=kinds, organisation=organisation, may_submit=may_submit)


@blueprint.route(f"/new/<{KIND}:kind>", methods=["GET", "POST"])
@signed_in
def new(kind: str) -> ResponseReturnValue:
    organisation = viewer().current_organisation
    if organisation is None or not actor().writes_for(organisation.id):
        raise NotAllowed(_("发榜前先要有单位：请登记单位，或请单位负责人把你加为编辑。"))
    chosen = ChallengeKind(kind)
    form = _form(chosen)
    if form.change_rows(request.form) or not form.validate_on_submit():
        return _form_page(form, chosen, None), 422 if form.errors else 200
    try:
        with writing() as session:
            moment, draft = now(), form.to_draft(chosen)
            challenge = services.draft_challenge(
                session, actor(), organisation_id=organisation.id, draft=draft, now=moment
            )
            _submit_if_asked(session, challenge, moment)
    except Invalid as error:
        form.show(error)
        return _form_page(form, chosen, None), 422
    except Conflict as error:
        form.form_errors.append(translate(error.message))
        return _form_page(form, chosen, None), 409
    return _saved(challenge, f"challenge-new-{kind}")


@blueprint.get("/<id:challenge_id>")
@public
def detail(challenge_id: str) -> ResponseReturnValue:
    return _detail_page(challenge_id, StepForm(formdata=None))


@blueprint.route("/<id:challenge_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(challenge_id: str) -> ResponseReturnValue:
    with reading() as session:
        challenge = queries.get_challenge(session, actor(), challenge_id)
    authorize(POLICY, "edit", actor(), challenge)
    form = _form(challenge.kind, challenge)
    if form.change_rows(request.form) or not form.validate_on_submit():
        return _form_page(form, challenge.kind, challenge), 422 if form.errors else 200
    try:
        challenge = _revise(challenge_id, form, challenge.kind)
    except Invalid as error:
        form.show(error)
        return _form_page(form, challenge.kind, challenge), 422
    except Conflict as error:
        return _conflict_page(form, challenge_id, error)
    return _saved(challenge, f"challenge-{challenge_id}")


@blueprint.post("/<id:challenge_id>/copy")
@signed_in
def copy(challenge_id: str) -> ResponseReturnValue:
    with writing() as session:
        earlier = queries.get_challenge(session, actor(), challenge_id)
        made = services.copy_challenge(session, actor(), earlier, now=now())
    flash(gettext(COPIED), "success")
    return redirect(url_for(".edit", challenge_id=made.public_id))


@blueprint.get("/<id:challenge_id>/print")
@public
def official(challenge_id: str) -> ResponseReturnValue:
    """The text as it is put on paper: number, office, date, and a code that leads to the page."""
    with reading() as session:
        moment, who = now(), actor()
        challenge = queries.get_challenge(session, who, challenge_id)
    return render_template(
        "challenges/print.html",
        challenge=challenge,
        row=presenters.as_row(challenge, who, now=moment),
        address=absolute(url_for(".detail", challenge_id=challenge_id)),
        printed_at=moment,
        labels=presenters,
        sees_details=POLICY["see_details"](who, challenge),
        particulars=presenters.particulars_shown(challenge),
        indicators=[(row, presenters.target_of(row)) for row in challenge.indicators],
    )


@blueprint.get("/<id:challenge_id>/code.svg")
@public
def code(challenge_id: str) -> ResponseReturnValue:
    with reading() as session:
        queries.get_challenge(session, actor(), challenge_id)
    return code_of(url_for(".detail", challenge_id=challenge_id))


@blueprint.post(f"/<id:challenge_id>/<{ACTION}:action>")
@signed_in
def advance(challenge_id: str, action: str) -> ResponseReturnValue:
    form = ExtensionForm() if action == "extend" else StepForm()
    if not form.validate_on_submit():
        return _detail_page(challenge_id, form, failed=action), 422
    try:
        with writing() as session:
            challenge = queries.get_challenge(session, actor(), challenge_id)
            services.advance_challenge(session, actor(), challenge, action, step=form.to_step(), now=now())
    except Invalid as error:
        form.show(error)
        return _detail_page(challenge_id, form, failed=action), 422
    flash(gettext(DONE[action]), "success")
    return redirect(url_for(".detail", challenge_id=challenge_id))


def _revise(challenge_id: str, form: ChallengeForm, kind: ChallengeKind) -> Challenge:
    with writing() as session:
        moment = now()
        challenge = queries.get_challenge(session, actor(), challenge_id)
        version = whole_number(form.version.data) or 0
        services.revise_challenge(session, actor(), challenge, draft=form.to_draft(kind), version=version, now=moment)
        _submit_if_asked(session, challenge, moment)
    return challenge


def _submit_if_asked(session: Any, challenge: Challenge, moment: datetime) -> None:
    """Hand it in, or first to the organisation's own approver where a rule asks for that."""
    if "submit" not in request.form:
        return
    session.flush()
    if approvals.is_held(session, services.matter_of(challenge)):
        ask(session, actor(), services.APPROVAL, challenge, now=moment)
    else:
        services.advance_challenge(session, actor(), challenge, "submit", step=services.Step(), now=moment)


def _conflict_page(form: ChallengeForm, challenge_id: str, error: DomainError) -> ResponseReturnValue:
    """Keep what was typed beside the other person's version; saving again, knowingly, replaces it."""
    with reading() as session:
        current = queries.get_challenge(session, actor(), challenge_id)
    if not POLICY["edit"](actor(), current):
        raise error
    is_stale = form.version.data != str(current.version)
    form.version.data = str(current.version)
    form.form_errors.append(gettext(CHANGED_MEANWHILE) if is_stale else translate(error.message))
    return _form_page(form, current.kind, current, other=current if is_stale else None), 409


def _saved(challenge: Challenge, kept: str) -> ResponseReturnValue:
    is_asked = "submit" in request.form and challenge.state in EDITABLE_STATES
    flash(gettext(ASKED if is_asked else DONE["submit"] if "submit" in request.form else SAVED), "success")
    return redirect(url_for(".detail", challenge_id=challenge.public_id, saved=kept))


def _form(kind: ChallengeKind, challenge: Challenge | None = None) -> ChallengeForm:
    """What was posted, else what is stored: a field that a post leaves out is empty, never the stored one."""
    stored = challenge if request.method == "GET" else None
    form = form_for(kind)(obj=stored)
    form.offer(catalogue(), language(), library())
    offer_departments(form, _parts(challenge), challenge.department_id if challenge else None)
    if stored is not None:
        form.show_challenge(stored)
    return form


def _library_groups(form: ChallengeForm) -> list[LibraryGroup]:
    """The library to pick from, the chosen direction first; each with what it puts into a row."""
    tongue = language()
    groups = library_choices(library(), catalogue(), form.direction.data, tongue)
    return [(name, [(one.key, words, picked_row(one, tongue)) for one, words in found]) for name, found in groups]


def _parts(challenge: Challenge | None) -> Sequence[Department]:
    """The departments of the organisation that it is, or would be, written for."""
    organisation = viewer().current_organisation
    owner_id = challenge.organisation_id if challenge else organisation.id if organisation else 0
    with reading() as session:
        return departments_for(session, actor(), owner_id)


def _form_page(
    form: ChallengeForm, kind: ChallengeKind, challenge: Challenge | None, other: Challenge | None = None
) -> str:
    if not form.indicators.entries:
        form.indicators.append_entry()
    organisation = viewer().current_organisation
    with reading() as session:
        asks_release = _asks_release(session, challenge)
    return render_template(
        "challenges/form.html",
        form=form,
        asks_release=asks_release,
        blank_row=IndicatorForm(formdata=None, prefix="indicators-__n__-"),
        library=_library_groups(form),
        kind=str(kind),
        kind_label=KIND_LABELS[kind],
        challenge=challenge,
        other=other,
        measure=_measure(challenge) if challenge else None,
        keep=f"challenge-{challenge.public_id}" if challenge else f"challenge-new-{kind}",
        organisation=organisation,
    )


def _asks_release(session: Any, challenge: Challenge | None) -> bool:
    """Whether, for all that is known before it is saved, the organisation's own approver comes first."""
    if challenge is not None:
        return approvals.is_held(session, services.matter_of(challenge))
    organisation = viewer().current_organisation
    if organisation is None:
        return False
    part = actor().department_in(organisation.id)
    return approvals.needs_release(session, organisation.id, "challenge", part)


def _measure(challenge: Challenge) -> Measure:
    return measure(challenge.kind, services.facts_of(challenge), services.rows_of(challenge))


def _detail_page(challenge_id: str, form: StepForm | ExtensionForm, failed: str | None = None) -> str:
    with reading() as session:
        moment, who = now(), actor()
        challenge = queries.get_challenge(session, who, challenge_id)
        sees_history = POLICY["see_history"](who, challenge)
        entries = history_of(session, Subject("challenge", challenge.public_id)) if sees_history else []
        allowed = {name for name in LIFECYCLE.actions_from(challenge.state) if POLICY[name](who, challenge)}
        if "submit" in allowed and approvals.is_held(session, services.matter_of(challenge)):
            allowed.remove("submit")  # the panel of the organisation's own approval says what to do first
        part = find_department(session, challenge.department_id) if sees_history else None
        panels = registry().panels_of(session, who, "challenge", challenge, now=moment)
        tools = registry().panels_of(session, who, "challenge_tools", challenge, now=moment)
    return render_template(
        "challenges/detail.html",
        challenge=challenge,
        row=presenters.as_row(challenge, who, now=moment),
        phase=phase_of(challenge.state, challenge.bids_close_at, now=moment),
        steps=presenters.steps_of(challenge, now=moment),
        sees_details=POLICY["see_details"](who, challenge),
        particulars=presenters.particulars_shown(challenge),
        indicators=[(row, presenters.target_of(row)) for row in challenge.indicators],
        allowed=allowed,
        part=part,
        may_edit=POLICY["edit"](who, challenge),
        measure=_measure(challenge) if sees_history and challenge.state in presenters.MEASURED else None,
        history=presenters.history(entries),
        panels=panels,
        tools=tools,
        address=absolute(url_for(".detail", challenge_id=challenge_id)),
        may_copy=POLICY["copy"](who, challenge),
        form=form if isinstance(form, StepForm) else StepForm(formdata=None),
        extension=form if isinstance(form, ExtensionForm) else ExtensionForm(formdata=None),
        failed=failed,
        labels=presenters,
        saved=request.args.get("saved"),
    )


def list_asked() -> tuple[queries.Filters, queries.Sort]:
    """What the address of a list, or of its export, asks for."""
    return _filters(), asked("sort", queries.Sort) or queries.Sort.NEWEST


def _filters() -> queries.Filters:
    return queries.Filters(
        direction=directions_asked(catalogue(), request.args.get("direction"), request.args.get("industry")),
        kind=asked("kind", ChallengeKind),
        area=asked_words("area"),
        phase=asked("phase", Phase),
        budget_from_fen=asked_wan("budget_from"),
        words=asked_words(),
    )


def _filter_groups() -> list[dict[str, Any]]:
    known, tongue = catalogue(), language()
    return FILTERS.groups(
        ("industry", _("产业"), industry_choices(known, tongue)),
        ("direction", _("方向"), directions_within(known, request.args.get("industry"), tongue)),
        ("kind", _("类型"), [(str(kind), gettext(label)) for kind, label in KIND_LABELS.items()]),
        ("phase", _("进展"), [(str(phase), gettext(label)) for phase, label in presenters.PHASE_LABELS.items()]),
        (
            "budget_from",
            _("榜额"),
            [(str(n), _at_least(n)) for n in presenters.BUDGET_STEPS_WAN],
        ),
        ("area", _("街镇/园区"), area_choices(known, tongue)),
    )


def _at_least(amount_wan: int) -> str:
    return translate(say(AT_LEAST, amount=Amount(amount_wan * FEN_PER_WAN)))
