"""The pages of achievements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.achievements import presenters, queries, services
from marketplace.achievements.completeness import measure
from marketplace.achievements.forms import AchievementForm, StepForm
from marketplace.achievements.lifecycle import EDITABLE_STATES, LIFECYCLE
from marketplace.achievements.maturity import LEVELS
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import POLICY
from marketplace.achievements.timing import DEFAULT_LISTING_DAYS, last_day_of
from marketplace.approvals import queries as approvals
from marketplace.approvals.services import ask
from marketplace.audit.queries import history_of
from marketplace.core.completeness import Measure
from marketplace.core.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.core.money import FEN_PER_WAN, Amount
from marketplace.core.permissions import authorize
from marketplace.core.secrecy import SECRECY_LABELS
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.organisations.forms import offer_departments
from marketplace.organisations.models import Department
from marketplace.organisations.queries import departments_for, find_department, is_verified
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, OFFERED, Cooperation
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import area_choices, directions_asked, directions_within, industry_choices
from marketplace.web.access import public, signed_in
from marketplace.web.codes import absolute, code_of
from marketplace.web.current import actor, now, registry, viewer
from marketplace.web.filtering import FilterBar, asked, asked_wan, asked_words
from marketplace.web.forms import whole_number
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("achievements", __name__, url_prefix="/achievements")
PAGE_ACTIONS = tuple(action for action in LIFECYCLE.actions if action not in {"import_publish", "expire"})
ACTION = f"any({','.join(PAGE_ACTIONS)})"
FILTERS = FilterBar(
    "achievements.index",
    ("industry", "direction", "cooperation", "readiness_from", "price_to", "area", "q", "sort"),
)
AT_LEAST_LEVEL = _("%(n)s 级以上")
AT_MOST = _("%(amount)s以内")
COPIED = _("已复制为新草稿：编号、日期和确认都没有带过来，请逐项核对。")
SAVED = _("已保存为草稿，提交审核通过后才会公开。")
DONE = {
    "submit": _("已提交，运营专员审核后会通知你。"),
    "recall": _("已撤回，可以继续修改。"),
    "return": _("已退回，理由已告知成果单位。"),
    "reject": _("已不予受理，理由已告知成果单位。"),
    "schedule": _("已排定挂牌时间。"),
    "publish": _("已挂牌。"),
    "renew": _("已续期。"),
    "withdraw": _("已撤下。"),
    "takedown": _("已紧急下架：页面、列表、搜索和附件都已不再公开，理由已告知对方。"),
    "restore": _("已恢复公开，理由已告知对方。"),
}
ASKED = _("已保存，并提请单位内部审核；审核人放行后就能提交平台。")
CHANGED_MEANWHILE = _("在你编辑时，别人已经改过这项成果。你填的内容还在下面；确认后再保存将覆盖对方的修改。")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    filters, sort = list_asked()
    with reading() as session:
        moment = now()
        page = queries.list_achievements(
            session, actor(), filters=filters, sort=sort, page=request.args.get("page", 1, int), now=moment
        )
    return render_template(
        "achievements/index.html",
        page=page.map(lambda achievement: presenters.as_row(achievement, actor(), now=moment)),
        groups=_filter_groups(),
        sorts=[(value, gettext(label)) for value, label in presenters.SORT_LABELS.items()],
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
    rows = page.map(lambda achievement: presenters.as_row(achievement, actor(), now=moment))
    return render_template("achievements/mine.html", page=rows)


@blueprint.route("/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    organisation = viewer().current_organisation
    if organisation is None or not actor().writes_for(organisation.id):
        raise NotAllowed(_("登记成果前先要有单位：请登记单位，或请单位负责人把你加为编辑。"))
    form = _form()
    if form.change_rows(request.form) or not form.validate_on_submit():
        return _form_page(form, None), 422 if form.errors else 200
    try:
        with writing() as session:
            moment, draft = now(), form.to_draft()
            achievement = services.draft_achievement(
                session, actor(), organisation_id=organisation.id, draft=draft, now=moment
            )
            _submit_if_asked(session, achievement, moment)
    except Invalid as error:
        form.show(error)
        return _form_page(form, None), 422
    except Conflict as error:
        form.form_errors.append(translate(error.message))
        return _form_page(form, None), 409
    return _saved(achievement, "achievement-new")


@blueprint.get("/<id:achievement_id>")
@public
def detail(achievement_id: str) -> ResponseReturnValue:
    return _detail_page(achievement_id, StepForm(formdata=None))


@blueprint.route("/<id:achievement_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(achievement_id: str) -> ResponseReturnValue:
    with reading() as session:
        achievement = queries.get_achievement(session, actor(), achievement_id)
    authorize(POLICY, "edit", actor(), achievement)
    form = _form(achievement)
    if form.change_rows(request.form) or not form.validate_on_submit():
        return _form_page(form, achievement), 422 if form.errors else 200
    try:
        achievement = _revise(achievement_id, form)
    except Invalid as error:
        form.show(error)
        return _form_page(form, achievement), 422
    except Conflict as error:
        return _conflict_page(form, achievement_id, error)
    return _saved(achievement, f"achievement-{achievement_id}")


@blueprint.post("/<id:achievement_id>/copy")
@signed_in
def copy(achievement_id: str) -> ResponseReturnValue:
    with writing() as session:
        earlier = queries.get_achievement(session, actor(), achievement_id)
        made = services.copy_achievement(session, actor(), earlier, now=now())
    flash(gettext(COPIED), "success")
    return redirect(url_for(".edit", achievement_id=made.public_id))


@blueprint.get("/<id:achievement_id>/print")
@public
def official(achievement_id: str) -> ResponseReturnValue:
    """The text as it is put on paper: number, office, date, and a code that leads to the page."""
    with reading() as session:
        moment, who = now(), actor()
        achievement = queries.get_achievement(session, who, achievement_id)
    return render_template(
        "achievements/print.html",
        achievement=achievement,
        row=presenters.as_row(achievement, who, now=moment),
        address=absolute(url_for(".detail", achievement_id=achievement_id)),
        printed_at=moment,
        labels=presenters,
        figures=[(figure, presenters.figure_text(figure)) for figure in achievement.figures],
    )


@blueprint.get("/<id:achievement_id>/code.svg")
@public
def code(achievement_id: str) -> ResponseReturnValue:
    with reading() as session:
        queries.get_achievement(session, actor(), achievement_id)
    return code_of(url_for(".detail", achievement_id=achievement_id))


@blueprint.post(f"/<id:achievement_id>/<{ACTION}:action>")
@signed_in
def advance(achievement_id: str, action: str) -> ResponseReturnValue:
    form = StepForm()
    if not form.validate_on_submit():
        return _detail_page(achievement_id, form, failed=action), 422
    try:
        with writing() as session:
            achievement = queries.get_achievement(session, actor(), achievement_id)
            services.advance_achievement(session, actor(), achievement, action, step=form.to_step(), now=now())
    except Invalid as error:
        form.show(error)
        return _detail_page(achievement_id, form, failed=action), 422
    flash(gettext(DONE[action]), "success")
    return redirect(url_for(".detail", achievement_id=achievement_id))


def _revise(achievement_id: str, form: AchievementForm) -> Achievement:
    with writing() as session:
        moment = now()
        achievement = queries.get_achievement(session, actor(), achievement_id)
        version = whole_number(form.version.data) or 0
        services.revise_achievement(session, actor(), achievement, draft=form.to_draft(), version=version, now=moment)
        _submit_if_asked(session, achievement, moment)
    return achievement


def _submit_if_asked(session: Any, achievement: Achievement, moment: datetime) -> None:
    """Hand it in, or first to the organisation's own approver where a rule asks for that."""
    if "submit" not in request.form:
        return
    session.flush()
    if approvals.is_held(session, services.matter_of(achievement)):
        ask(session, actor(), services.APPROVAL, achievement, now=moment)
    else:
        services.advance_achievement(session, actor(), achievement, "submit", step=services.Step(), now=moment)


def _conflict_page(form: AchievementForm, achievement_id: str, error: DomainError) -> ResponseReturnValue:
    """Keep what was typed beside the other person's version; saving again, knowingly, replaces it."""
    with reading() as session:
        current = queries.get_achievement(session, actor(), achievement_id)
    if not POLICY["edit"](actor(), current):
        raise error
    is_stale = form.version.data != str(current.version)
    form.version.data = str(current.version)
    form.form_errors.append(gettext(CHANGED_MEANWHILE) if is_stale else translate(error.message))
    return _form_page(form, current, other=current if is_stale else None), 409


def _saved(achievement: Achievement, kept: str) -> ResponseReturnValue:
    is_asked = "submit" in request.form and achievement.state in EDITABLE_STATES
    flash(gettext(ASKED if is_asked else DONE["submit"] if "submit" in request.form else SAVED), "success")
    return redirect(url_for(".detail", achievement_id=achievement.public_id, saved=kept))


def _form(achievement: Achievement | None = None) -> AchievementForm:
    """What was posted, else what is stored: a field that a post leaves out is empty, never the stored one."""
    stored = achievement if request.method == "GET" else None
    form = AchievementForm(obj=stored)
    form.offer(catalogue(), language())
    offer_departments(form, _parts(achievement), achievement.department_id if achievement else None)
    if stored is not None:
        form.show_achievement(stored)
    return form


def _parts(achievement: Achievement | None) -> Sequence[Department]:
    """The departments of the organisation that it is, or would be, written for."""
    organisation = viewer().current_organisation
    owner_id = achievement.organisation_id if achievement else organisation.id if organisation else 0
    with reading() as session:
        return departments_for(session, actor(), owner_id)


def _form_page(form: AchievementForm, achievement: Achievement | None, other: Achievement | None = None) -> str:
    if not form.figures.entries:
        form.figures.append_entry()
    organisation = viewer().current_organisation
    with reading() as session:
        may_submit = organisation is not None and is_verified(session, organisation.id)
        asks_release = _asks_release(session, achievement)
    return render_template(
        "achievements/form.html",
        form=form,
        may_submit=may_submit,
        asks_release=asks_release,
        levels=list(LEVELS.values()),
        achievement=achievement,
        other=other,
        measure=_measure(achievement) if achievement else None,
        keep=f"achievement-{achievement.public_id}" if achievement else "achievement-new",
        organisation=organisation,
    )


def _asks_release(session: Any, achievement: Achievement | None) -> bool:
    """Whether, for all that is known before it is saved, the organisation's own approver comes first."""
    if achievement is not None:
        return approvals.is_held(session, services.matter_of(achievement))
    organisation = viewer().current_organisation
    if organisation is None:
        return False
    part = actor().department_in(organisation.id)
    return approvals.needs_release(session, organisation.id, "achievement", part)


def _measure(achievement: Achievement) -> Measure:
    return measure(services.facts_of(achievement), services.rows_of(achievement))


def _detail_page(achievement_id: str, form: StepForm, failed: str | None = None) -> str:
    with reading() as session:
        moment, who = now(), actor()
        achievement = queries.get_achievement(session, who, achievement_id)
        sees_history = POLICY["see_history"](who, achievement)
        entries = history_of(session, Subject("achievement", achievement.public_id)) if sees_history else []
        allowed = {name for name in LIFECYCLE.actions_from(achievement.state) if POLICY[name](who, achievement)}
        if "submit" in allowed and approvals.is_held(session, services.matter_of(achievement)):
            allowed.remove("submit")  # the panel of the organisation's own approval says what to do first
        part = find_department(session, achievement.department_id) if sees_history else None
        panels = registry().panels_of(session, who, "achievement", achievement, now=moment)
        tools = registry().panels_of(session, who, "achievement_tools", achievement, now=moment)
    return render_template(
        "achievements/detail.html",
        achievement=achievement,
        row=presenters.as_row(achievement, who, now=moment),
        steps=presenters.steps_of(achievement, now=moment),
        level=LEVELS.get(achievement.readiness or 0),
        figures=[(figure, presenters.figure_text(figure)) for figure in achievement.figures],
        last_day=last_day_of(achievement.listed_until) if achievement.listed_until else None,
        default_days=DEFAULT_LISTING_DAYS,
        allowed=allowed,
        part=part,
        may_edit=POLICY["edit"](who, achievement),
        measure=_measure(achievement) if sees_history and achievement.state in presenters.MEASURED else None,
        history=presenters.history(entries),
        panels=panels,
        tools=tools,
        address=absolute(url_for(".detail", achievement_id=achievement_id)),
        may_copy=POLICY["copy"](who, achievement),
        form=form,
        failed=failed,
        secrecy=SECRECY_LABELS[achievement.secrecy],
        saved=request.args.get("saved"),
    )


def list_asked() -> tuple[queries.Filters, queries.Sort]:
    """What the address of a list, or of its export, asks for."""
    return _filters(), asked("sort", queries.Sort) or queries.Sort.NEWEST


def _filters() -> queries.Filters:
    mode = asked("cooperation", Cooperation)
    readiness = request.args.get("readiness_from", type=int)
    return queries.Filters(
        direction=directions_asked(catalogue(), request.args.get("direction"), request.args.get("industry")),
        cooperation=mode if mode in OFFERED else None,
        area=asked_words("area"),
        readiness_from=readiness if readiness in LEVELS else None,
        price_to_fen=asked_wan("price_to"),
        words=asked_words(),
    )


def _filter_groups() -> list[dict[str, Any]]:
    known, tongue = catalogue(), language()
    return FILTERS.groups(
        ("industry", _("产业"), industry_choices(known, tongue)),
        ("direction", _("方向"), directions_within(known, request.args.get("industry"), tongue)),
        ("cooperation", _("合作方式"), [(str(mode), gettext(COOPERATION_LABELS[mode])) for mode in OFFERED]),
        ("readiness_from", _("成熟度"), [(str(n), gettext(AT_LEAST_LEVEL, n=n)) for n in presenters.READINESS_STEPS]),
        (
            "price_to",
            _("价格"),
            [(str(n), _at_most(n)) for n in presenters.PRICE_STEPS_WAN],
        ),
        ("area", _("街镇/园区"), area_choices(known, tongue)),
    )


def _at_most(amount_wan: int) -> str:
    return translate(say(AT_MOST, amount=Amount(amount_wan * FEN_PER_WAN)))
