"""Files in and out of the browser."""

import tempfile
from collections.abc import Callable
from typing import IO

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from marketplace.bulk import imports, presenters, queries, worker
from marketplace.bulk.annotated import annotate
from marketplace.bulk.blanks import write_template
from marketplace.bulk.forms import FileForm, UploadForm
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.imports import FILE_TOO_LARGE, MOST_BYTES, may_still_undo
from marketplace.bulk.lifecycle import AT_WORK, ImportState
from marketplace.bulk.models import Import
from marketplace.bulk.policies import POLICY
from marketplace.bulk.report import report_of
from marketplace.bulk.sheets import MEDIA_TYPES, SUFFIXES, XLSX, write_file
from marketplace.core.calendar import day_of
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.current import catalogue
from marketplace.web.access import signed_in
from marketplace.web.current import actor, config, now, registry, viewer
from marketplace.web.extensions import db
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading, writing
from marketplace.web.uploads import takes_files

blueprint = Blueprint("bulk", __name__)
SUFFIX = f"any({','.join(SUFFIXES)})"
KIND = f"any({','.join(IMPORTERS)})"
REFRESH_SECONDS = 3
MOST_IN_MEMORY = 2 * 1024 * 1024
"""A longer file waits on disk until it has been sent."""
DISCARDED = _("已删除上传的文件，什么也没有写入。")
TEMPLATE = _("导入模板")
ANNOTATED = _("检查结果")


def _most() -> int:
    return MOST_BYTES


def _too_large() -> Message:
    return say(FILE_TOO_LARGE)


@blueprint.get("/exports/<string(maxlength=40):listing>.<" + SUFFIX + ":suffix>")
@signed_in
def export(listing: str, suffix: str) -> ResponseReturnValue:
    """The list behind the same filters as a file, with what this person may see of it."""
    found = registry().exports.get(listing)
    if found is None:
        raise NotFound
    moment, title = now(), gettext(found.label)

    def fill(file: IO[bytes]) -> None:
        with reading() as session:
            rows = found.each(session, actor(), found.ask(), moment)
            write_file(suffix, file, found.columns, rows, title=title, tongue=language())

    return _sent(fill, f"{title}-{day_of(moment):%Y%m%d}.{suffix}", suffix)


@blueprint.get("/imports")
@signed_in
def index() -> ResponseReturnValue:
    form = UploadForm(formdata=None)
    form.offer(actor())
    return _index_page(form)


@blueprint.post("/imports")
@signed_in
@takes_files(_most, _too_large)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    form.offer(actor())
    if not form.validate_on_submit():
        return _index_page(form), 422
    name, data = form.upload
    try:
        with writing() as session:
            brought = imports.upload(session, actor(), kind=form.kind.data, file_name=name, data=data, now=now())
    except Invalid as error:
        form.show(error)
        return _index_page(form), 422
    worker.begin(db.engine, catalogue(), brought.id, now=now())
    return redirect(url_for(".detail", import_id=brought.public_id))


@blueprint.get(f"/imports/templates/<{KIND}:kind>.xlsx")
@signed_in
def template(kind: str) -> ResponseReturnValue:
    importer = IMPORTERS[kind]
    name = f"{gettext(TEMPLATE)}-{gettext(importer.label)}.xlsx"
    return _sent(lambda file: write_template(file, importer, catalogue(), language()), name, XLSX)


@blueprint.get("/imports/<id:import_id>")
@signed_in
def detail(import_id: str) -> ResponseReturnValue:
    with reading() as session:
        brought = queries.get_import(session, actor(), import_id)
    return _detail_page(brought, FileForm(formdata=None))


@blueprint.post("/imports/<id:import_id>/file")
@signed_in
@takes_files(_most, _too_large)
def replace(import_id: str) -> ResponseReturnValue:
    form = FileForm()
    name, data = form.upload
    try:
        with writing() as session:
            brought = queries.get_import(session, actor(), import_id, to_change=True)
            imports.replace_file(session, actor(), brought, file_name=name, data=data, now=now())
    except Invalid as error:
        with reading() as session:
            brought = queries.get_import(session, actor(), import_id)
        form.show(error)
        return _detail_page(brought, form), 422
    worker.begin(db.engine, catalogue(), brought.id, now=now())
    return redirect(url_for(".detail", import_id=import_id))


@blueprint.post("/imports/<id:import_id>/<any(confirm,undo):action>")
@signed_in
def advance(import_id: str, action: str) -> ResponseReturnValue:
    step = {"confirm": imports.confirm, "undo": imports.undo}[action]
    with writing() as session:
        brought = queries.get_import(session, actor(), import_id, to_change=True)
        step(session, actor(), brought, now=now())
    worker.begin(db.engine, catalogue(), brought.id, now=now())
    return redirect(url_for(".detail", import_id=import_id))


@blueprint.post("/imports/<id:import_id>/discard")
@signed_in
def discard(import_id: str) -> ResponseReturnValue:
    with writing() as session:
        imports.discard(session, actor(), queries.get_import(session, actor(), import_id, to_change=True))
    flash(gettext(DISCARDED), "success")
    return redirect(url_for(".index"))


@blueprint.get("/imports/<id:import_id>/annotated.xlsx")
@signed_in
def annotated(import_id: str) -> ResponseReturnValue:
    """The file as it came, with each fault beside its row."""
    with reading() as session:
        brought = queries.get_import(session, actor(), import_id)
        if not queries.has_file(session, brought.id):
            raise NotFound
    report = report_of(brought.report)

    def fill(file: IO[bytes]) -> None:
        with worker.file_of(db.engine, brought) as order:
            annotate(file, order.path, report, tongue=language(), say=translate)

    stem = brought.file_name.rpartition(".")[0]
    return _sent(fill, f"{stem}-{gettext(ANNOTATED)}.xlsx", XLSX)


def _sent(fill: Callable[[IO[bytes]], None], name: str, suffix: str) -> Response:
    """A file that is made, sent and forgotten."""
    file = tempfile.SpooledTemporaryFile(MOST_IN_MEMORY, dir=str(config().instance))  # noqa: SIM115  (sent, then closed)
    try:
        fill(file)
        file.seek(0)
        return send_file(file, MEDIA_TYPES[suffix], as_attachment=True, download_name=name)
    except BaseException:
        file.close()
        raise


def _index_page(form: UploadForm) -> str:
    with reading() as session:
        page = queries.list_imports(session, actor(), page=request.args.get("page", 1, int))
    return render_template(
        "bulk/index.html",
        form=form,
        page=page.map(lambda brought: (brought, report_of(brought.report))),
        kinds=[(name, one) for name, one in IMPORTERS.items() if POLICY["upload"](actor(), name)],
        kind_labels={name: one.label for name, one in IMPORTERS.items()},
        labels=presenters,
        organisation=viewer().current_organisation,
    )


def _detail_page(brought: Import, form: FileForm) -> Response:
    is_at_work = brought.state in AT_WORK
    endpoint, argument = presenters.DETAILS[brought.kind]
    with reading() as session:
        has_file = queries.has_file(session, brought.id)
    page = render_template(
        "bulk/detail.html",
        form=form,
        brought=brought,
        report=report_of(brought.report),
        kind_label=IMPORTERS[brought.kind].label,
        labels=presenters,
        is_at_work=is_at_work,
        refreshes=is_at_work and request.args.get("refresh") != "off",
        has_file=has_file,
        may_confirm=brought.state is ImportState.CHECKED and has_file,
        may_undo=may_still_undo(brought, now=now()),
        left=[
            (title, url_for(endpoint, **{argument: public_id}), why)
            for public_id, title, why in brought.report.get("left", [])
        ],
        own_list=url_for(presenters.OWN_LISTS[brought.kind]),
    )
    answer = make_response(page)
    if is_at_work and request.args.get("refresh") != "off":
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer
