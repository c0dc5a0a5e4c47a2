"""``flask prepare``: everything between installing and serving, in one process."""

import click
import flask_migrate
from flask.cli import with_appcontext
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.cli.demo import ADDED, accounts_in, load_demo, show_accounts
from marketplace.cli.refusals import told
from marketplace.core.text import _
from marketplace.indexing import worker
from marketplace.indexing.engines import engine
from marketplace.organisations.models import Organisation
from marketplace.web.current import config, now, registry
from marketplace.web.extensions import db
from marketplace.web.language import gettext
from marketplace.web.transaction import reading
from search.engine import SearchUnavailable

READY = _("已就绪。")
INDEX_BUILT = _("已建立检索索引。")
NO_INDEX = _("检索索引现在建不了，稍后可运行 flask --app wsgi search rebuild：%(why)s")


@click.command("prepare")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON: accounts and password.")
@with_appcontext
@told
def prepare(as_json: bool) -> None:
    """Make folders, migrate, load the demo into an empty database, build a missing index. Repeating it is harmless."""
    _make_folders()
    flask_migrate.upgrade()
    if config().is_demo and _is_empty():
        click.echo(gettext(ADDED, **load_demo()))
    _build_missing_index()
    found = []
    if config().is_demo:
        with reading() as session:
            found = accounts_in(session)
    if not as_json:
        click.echo(gettext(READY))
    if found or as_json:
        show_accounts(found, as_json=as_json)


def _make_folders() -> None:
    settings = config()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    folders = [settings.search_folder] if "://" in settings.mail_url else [settings.search_folder, settings.mail_folder]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)


def _build_missing_index() -> None:
    """The site can serve without one, so a machine whose index cannot be built now is ready all the same."""
    if engine().is_ready() is None:
        return
    try:
        worker.rebuild(db.engine, engine(), registry(), now=now())
        click.echo(gettext(INDEX_BUILT))
    except SearchUnavailable as error:
        click.echo(gettext(NO_INDEX, why=error), err=True)


def _is_empty() -> bool:
    """Nobody and nothing has been here yet."""
    with reading() as session:
        return (
            session.scalar(select(User.id).limit(1)) is None
            and session.scalar(select(Organisation.id).limit(1)) is None
        )
