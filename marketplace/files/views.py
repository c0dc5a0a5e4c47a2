"""The pages of files: a thing's own list, with what may be added and removed; and the downloads."""

import io
from contextlib import ExitStack
from typing import IO, Any

from flask import Blueprint, Response, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.actor import ANONYMOUS
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say
from marketplace.files import presenters, queries, refusals, services
from marketplace.files.formats import ACCEPT, ENDINGS
from marketplace.files.forms import UploadForm
from marketplace.files.intake import Received, receive
from marketplace.files.limits import size_text
from marketplace.files.parts import parts
from marketplace.files.policies import may_download
from marketplace.files.store import saying_when_full
from marketplace.web.access import public, signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing
from marketplace.web.uploads import takes_files

blueprint = Blueprint("files", __name__, url_prefix="/files")
READ_AT_ONCE = 1024 * 1024
ADDED = _("附件已添加。")
ADDED_WAITING = _("附件已添加，病毒扫描通过后他人才能下载。")
REMOVED = _("附件已删除。")


def _most() -> int:
    return parts().limits().file_bytes


def _too_large() -> Message:
    return say(refusals.TOO_LARGE, most=size_text(_most()))


@blueprint.get("/<id:file_id>")
@public
def download(file_id: str) -> ResponseReturnValue:
    """The content, to keep and never to show: as whoever may read its thing."""
    with reading() as session:
        file, thing, rules = queries.get_download(session, registry(), actor(), file_id)
    content: IO[bytes] = parts().store.open(file.sha256)
    if file.size <= READ_AT_ONCE:
        with content:
            content = io.BytesIO(content.read())
    answer: Response = send_file(
        content,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        conditional=False,
        etag=False,
        max_age=0,
    )
    answer.content_length = file.size
    is_public = may_download(rules, ANONYMOUS, thing, file)
    answer.headers["Cache-Control"] = "no-cache" if is_public else "no-store"
    return answer


@blueprint.get("/<code:subject_kind>/<id:subject_id>")
@signed_in
def index(subject_kind: str, subject_id: str) -> ResponseReturnValue:
    return _page(Subject(subject_kind, subject_id), UploadForm(formdata=None))


@blueprint.post("/<code:subject_kind>/<id:subject_id>")
@signed_in
@takes_files(_most, _too_large)
def add(subject_kind: str, subject_id: str) -> ResponseReturnValue:
    subject = Subject(subject_kind, subject_id)
    blind = _may_be_added_to(subject)
    with saying_when_full():
        form = UploadForm()
        if not form.validate_on_submit():
            form.ask_again_for_the_file()
            return _page(subject, form), 422
        try:
            _keep(subject, form, blind=blind)
        except Invalid as error:
            form.show(error)
            return _page(subject, form), 422
    flash(gettext(ADDED_WAITING if parts().antivirus else ADDED), "success")
    return redirect(url_for(".index", subject_kind=subject_kind, subject_id=subject_id))


@blueprint.post("/<id:file_id>/remove")
@signed_in
def remove(file_id: str) -> ResponseReturnValue:
    with writing() as session:
        file = services.detach(session, registry(), actor(), file_id, now=now())
    flash(gettext(REMOVED), "success")
    return redirect(url_for(".index", subject_kind=file.subject_kind, subject_id=file.subject_id))


def _may_be_added_to(subject: Subject) -> bool:
    """Whether authors must be taken out; raises before anything is read that would be refused anyway."""
    with reading() as session:
        thing, _kind, rules = queries.thing_of(session, registry(), actor(), subject)
    if not rules.attach(actor(), thing):
        raise NotAllowed
    return rules.is_blind(thing)


def _keep(subject: Subject, form: UploadForm, *, blind: bool) -> None:
    """Content first, then the row: what is left of a crash in between is swept."""
    files, upload = parts(), form.file.data
    limits = files.limits()
    with reading() as session:
        services.check_room(session, subject, limits)
    with ExitStack() as open_files:
        scratch = (
            open_files.enter_context(files.store.incoming()),
            open_files.enter_context(files.store.incoming()),
        )
        received: Received = receive(upload.stream, upload.filename, scratch, limits=limits, blind=blind)
        files.store.put(received.content, received.digest)
        with writing() as session:
            services.attach(
                session,
                registry(),
                actor(),
                subject,
                received,
                secrecy=form.chosen_secrecy,
                is_scanned=files.antivirus is not None,
                limits=limits,
                now=now(),
            )


def _page(subject: Subject, form: UploadForm) -> str:
    with reading() as session:
        thing, kind, rules = queries.thing_of(session, registry(), actor(), subject)
        files = queries.visible_files(session, rules, actor(), thing)
        if not files and not rules.attach(actor(), thing):
            raise NotAllowed
    limits = parts().limits()
    address: dict[str, Any] = {f"{subject.kind}_id": subject.id}
    return render_template(
        "files/index.html",
        form=form,
        rows=presenters.as_rows(files, rules, actor(), thing),
        may_attach=rules.attach(actor(), thing),
        is_blind=rules.is_blind(thing),
        title=kind.title(thing),
        page=url_for(kind.endpoint, **address),
        kind=subject.kind,
        subject_id=subject.id,
        accept=ACCEPT,
        endings=ENDINGS,
        most=size_text(limits.file_bytes),
        most_bytes=limits.file_bytes,
        most_of_all=size_text(limits.thing_bytes),
        most_files=limits.thing_files,
    )
