"""The pages of settings: what is set, the form of a group, the history of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.permissions import authorize
from marketplace.core.setting import Setting, SettingGroup
from marketplace.core.text import _
from marketplace.settings import current, presenters, queries, services
from marketplace.settings.forms import CLEAR, GroupForm, form_for
from marketplace.settings.models import SiteSetting
from marketplace.settings.policies import POLICY
from marketplace.web.access import signed_in
from marketplace.web.current import actor, config, now, registry
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")
SAVED, NOTHING_CHANGED = _("已保存。"), _("没有改动。")
CHANGED_MEANWHILE = _("在你填写时，这些设置已被别人改过。你填的内容还在下面；再保存一次将覆盖对方的修改。")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    authorize(POLICY, "view", actor(), None)
    with reading() as session:
        rows = {row.name: row for row in queries.latest(session)}
    return render_template(
        "settings/index.html",
        groups=[(group, [_line(one, rows.get(one.name)) for one in _of(group)]) for group in _groups().values()],
        may_change=POLICY["change"](actor(), None),
    )


@blueprint.route("/edit/<code:group>", methods=["GET", "POST"])
@signed_in
def edit(group: str) -> ResponseReturnValue:
    authorize(POLICY, "change", actor(), None)
    if group not in _groups():
        raise NotFound
    declared = _of(_groups()[group])
    form, rows = _form(declared)
    if not form.validate_on_submit():
        return _form_page(group, form, declared, rows)
    try:
        changed = _change(form, declared)
    except Invalid as error:
        form.show(error)
        return _form_page(group, form, declared, rows, 422)
    except Conflict:
        form.version.data = str(_newest(_form(declared)[1]))
        form.form_errors.append(gettext(CHANGED_MEANWHILE))
        return _form_page(group, form, declared, rows, 409)
    current.current().refresh(at_once=True)
    flash(gettext(SAVED if changed else NOTHING_CHANGED), "success")
    return redirect(url_for(".index"))


@blueprint.get("/<code:setting_id>")
@signed_in
def detail(setting_id: str) -> ResponseReturnValue:
    authorize(POLICY, "view", actor(), None)
    setting = registry().settings.get(setting_id)
    if setting is None:
        raise NotFound
    with reading() as session:
        rows = queries.history(session, setting.name)
    return render_template(
        "settings/detail.html",
        setting=setting,
        line=_line(setting, rows[0] if rows else None),
        changes=[presenters.as_change(setting, row) for row in rows],
        may_change=POLICY["change"](actor(), None),
    )


def _change(form: GroupForm, declared: Sequence[Setting[Any]]) -> list[str]:
    with writing() as session:
        return services.change(
            session,
            actor(),
            form.to_typed(declared),
            declared=registry().settings,
            now=now(),
            seal_key=config().seal_key,
            seen=form.seen_row,
        )


def _groups() -> dict[str, SettingGroup]:
    return {setting.group.code: setting.group for setting in registry().settings.values()}


def _of(group: SettingGroup) -> list[Setting[Any]]:
    return [setting for setting in registry().settings.values() if setting.group == group]


def _line(setting: Setting[Any], row: SiteSetting | None) -> dict[str, Any]:
    return {
        "setting": setting,
        "value": presenters.shown(setting, row.value if row else None),
        "when": row.set_at if row else None,
    }


def _form(declared: Sequence[Setting[Any]]) -> tuple[GroupForm, Mapping[str, SiteSetting]]:
    with reading() as session:
        rows = {row.name: row for row in queries.latest(session, [setting.name for setting in declared])}
    return form_for(declared, {name: row.value for name, row in rows.items()}, seen=_newest(rows)), rows


def _newest(rows: Mapping[str, SiteSetting]) -> int:
    return max((row.id for row in rows.values()), default=0)


def _form_page(
    group: str,
    form: GroupForm,
    declared: Sequence[Setting[Any]],
    rows: Mapping[str, SiteSetting],
    status: int | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "settings/edit.html",
        group=_groups()[group],
        form=form,
        declared=declared,
        clear=CLEAR,
        kept_secrets={name for name, row in rows.items() if row.value},
    )
    return page, status or (422 if form.faults else 200)
