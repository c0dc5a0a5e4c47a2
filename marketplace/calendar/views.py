"""The pages of the calendar: a year, and the import of a notice."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.calendar import presenters, queries, services
from marketplace.calendar.forms import NoticeForm
from marketplace.calendar.notice import Special
from marketplace.calendar.policies import POLICY
from marketplace.core.calendar import day_of
from marketplace.core.errors import Invalid
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.web.access import signed_in
from marketplace.web.current import actor, now
from marketplace.web.forms import whole_number
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("calendar", __name__, url_prefix="/admin/calendar")
WEEKDAYS = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))
IMPORTED = _("已导入 %(year)d 年的节假日安排。")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    authorize(POLICY, "view", actor(), None)
    with reading() as session:
        known, calendar = queries.known_notices(session), queries.working_calendar(session)
        imported = queries.imported_years(session)
    year = _asked_year(day_of(now()).year)
    return render_template(
        "calendar/index.html",
        year=year,
        years=sorted({*known, day_of(now()).year, day_of(now()).year + 1, year}),
        is_known=year in known,
        is_imported=year in imported,
        festivals=presenters.festivals(known.get(year, ())),
        months=presenters.months(year, calendar),
        weekdays=WEEKDAYS,
        may_change=POLICY["change"](actor(), None),
    )


@blueprint.route("/import", methods=["GET", "POST"])
@signed_in
def edit() -> ResponseReturnValue:
    authorize(POLICY, "change", actor(), None)
    form = NoticeForm()
    if not form.validate_on_submit():
        form.year.data = form.year.data or str(_asked_year(day_of(now()).year + 1))
        return _form_page(form), 422 if form.faults else 200
    try:
        if not form.save.data:
            return _form_page(form, services.recognised(year=form.year_typed, text=str(form.text.text)))
        with writing() as session:
            services.import_notice(session, actor(), year=form.year_typed, text=str(form.text.text), now=now())
    except Invalid as error:
        form.show(error)
        return _form_page(form), 422
    flash(gettext(IMPORTED, year=form.year_typed), "success")
    return redirect(url_for(".index", year=form.year_typed))


def _form_page(form: NoticeForm, found: Sequence[Special] = ()) -> str:
    return render_template("calendar/edit.html", form=form, festivals=presenters.festivals(found))


def _asked_year(usual: int) -> int:
    asked = whole_number(request.args.get("year"))
    return asked if asked and services.FIRST_YEAR <= asked <= services.LAST_YEAR else usual
