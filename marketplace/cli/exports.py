"""``flask export``: everything of one kind as a file that can be edited and imported again."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.bulk.columns import own_columns
from marketplace.bulk.exports import each_own
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.sheets import SUFFIXES, write_file
from marketplace.cli.people import actor_by_email
from marketplace.cli.refusals import refuse, told
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import NotFound
from marketplace.core.text import _, say
from marketplace.organisations.queries import find_by_code
from marketplace.taxonomy.current import catalogue
from marketplace.web.current import now
from marketplace.web.language import gettext
from marketplace.web.transaction import reading

UNKNOWN_SUFFIX = _("不认识“%(name)s”的格式：可以导出 .xlsx 和 .jsonl。")
NO_SUCH_CODE = _("没有代码为 %(code)s 的单位。")
CANNOT_WRITE = _("写不了文件“%(name)s”：%(why)s")
DONE = _("%(name)s：共 %(rows)d 行。")


@click.command("export")
@click.argument("kind", type=click.Choice(list(IMPORTERS)))
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--organisation", metavar="CODE", help="Only what belongs to this organisation.")
@click.option("--as", "email", metavar="EMAIL", help="What this person may see; without it, everything.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Heads and choices of a sheet.")
@with_appcontext
@told
def export(kind: str, path: Path, organisation: str | None, email: str | None, lang: str) -> None:
    """Write everything of one kind to FILE (.xlsx or .jsonl), in the columns that ``import`` reads."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in SUFFIXES:
        refuse(gettext(UNKNOWN_SUFFIX, name=path.name))
    columns = own_columns(kind, catalogue())
    with reading() as session:
        moment = now()
        who = actor_by_email(session, email, now=moment) if email else SYSTEM
        owners = None
        if organisation:
            found = find_by_code(session, organisation)
            if found is None:
                raise NotFound(say(NO_SUCH_CODE, code=organisation))
            owners = frozenset({found.id})
        rows = each_own(kind, session, who, owners, moment)
        try:
            with path.open("wb") as file:
                count = write_file(suffix, file, columns, rows, title=kind, tongue=lang)
        except OSError as error:
            refuse(gettext(CANNOT_WRITE, name=path.name, why=error.strerror))
    click.echo(gettext(DONE, name=path.name, rows=count))
