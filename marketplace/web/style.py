"""``/style``: every component of the pages side by side, for whoever builds pages; not there in production."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import BooleanField, FormField

from marketplace.core.paging import Page
from marketplace.core.text import _
from marketplace.web.access import public
from marketplace.web.current import config
from marketplace.web.forms import (
    BaseForm,
    BeijingDateTimeField,
    ChecksField,
    ChoiceField,
    LongField,
    TextField,
    WanField,
)
from marketplace.web.language import gettext
from marketplace.web.rows import RowsField

blueprint = Blueprint("style", __name__)

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TONES = ("open", "race", "notice", "good", "bad", "muted")
NOTICES = ("success", "warning", "error")
KINDS = {"research": _("技术攻关"), "scene": _("应用场景"), "procurement": _("需求采购")}
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 3
BUDGET_FEN = 480_000_000


class SampleRow(BaseForm):
    """One row of a list inside a form."""

    class Meta(BaseForm.Meta):
        csrf = False

    name = TextField(_("指标"))


class SampleForm(BaseForm):
    """One field of every kind."""

    title = TextField(_("标题"))
    problem = LongField(_("要解决的问题"))
    kind = ChoiceField(_("类型"), choices=KINDS)
    cooperation = ChecksField(_("合作方式"), choices=KINDS)
    budget_fen = WanField(_("榜额（万元）"))
    wanted_close_at = BeijingDateTimeField(_("截止时间"))
    has_consent = BooleanField(_("我已阅读并同意"))
    file = FileField(_("文件"))
    rows = RowsField(FormField(SampleRow), most=MOST_ROWS, min_entries=1)


@blueprint.get("/style")
@public
def index() -> ResponseReturnValue:
    """Samples of each component, as in templates; ``tests/web`` holds that none is missing."""
    if not config().is_demo:
        abort(404)
    for category in NOTICES:
        flash(gettext(_("已保存。")), category)
    form = SampleForm(formdata=None, data={"title": gettext(_("标题")), "budget_fen": "480"})
    form.problem.errors = [gettext(_("请填写这一项。"))]
    return render_template("style/index.html", form=form, blank=_blank(), tones=TONES, **_samples())


def _blank() -> SampleRow:
    return SampleRow(formdata=None, prefix="rows-__n__-")


def _samples() -> dict[str, Any]:
    return {
        "budget_fen": BUDGET_FEN,
        "moment": MOMENT,
        "day": date(2026, 12, 9),
        "page": Page(items=(), total=240, number=3),
        "steps": [
            {"label": _("填写"), "note": MOMENT - timedelta(days=20), "status": "done"},
            {"label": _("审核"), "note": MOMENT, "status": "now"},
            {"label": _("发榜"), "note": None, "status": "todo"},
        ],
        "entries": [
            {"when": MOMENT, "what": _("提交"), "who": _("编辑"), "reason": None},
            {"when": MOMENT + timedelta(hours=3), "what": _("退回"), "who": _("运营专员"), "reason": "……"},
        ],
        "options": [
            {"value": code, "label": gettext(label), "count": 7, "is_on": code == "scene", "url": None}
            for code, label in KINDS.items()
        ],
        "most_bytes": MOST_BYTES,
    }
