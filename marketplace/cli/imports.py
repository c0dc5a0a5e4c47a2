"""``flask import``: spreadsheets and JSON lines, checked as a whole and written as a whole."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from marketplace.bulk.examination import Order
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.report import Fault, Report
from marketplace.bulk.services import plan_import, write_import
from marketplace.bulk.staging import Stage
from marketplace.bulk.writer import NOT_CLEAN, RefusedError
from marketplace.cli.people import actor_by_email
from marketplace.cli.refusals import refuse, told
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.text import _
from marketplace.taxonomy.current import catalogue
from marketplace.web.current import now
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading, writing

PLANNED = _("%(name)s：共 %(rows)d 行，可导入 %(ready)d 行，已导入过 %(known)d 行，有错 %(faulty)d 行。")
DONE = _("%(name)s：共 %(rows)d 行，导入 %(ready)d 行，已导入过 %(known)d 行。")
IN_COLUMN = _("第 %(row)d 行 · %(column)s：%(reason)s")
IN_ROW = _("第 %(row)d 行：%(reason)s")
MORE_FAULTS = _("……共 %(count)d 处错误，只列出前 %(shown)d 处。")
IGNORED = _("没有用到的列：%(columns)s。")
NOTHING_WRITTEN = _("这是试运行，没有写入任何内容。")


@click.command("import")
@click.argument("kind", type=click.Choice(list(IMPORTERS)))
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--organisation", metavar="CODE", help="Whose rows these are, where a row does not say so itself.")
@click.option("--as", "email", metavar="EMAIL", help="With the rights of this person; without it, the system's.")
@click.option("--publish", "publishes", is_flag=True, help="Publish what is imported as it came.")
@click.option("--mapping", metavar="NAME", help="own or collected; told by the columns where it is not given.")
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@with_appcontext
@told
def import_(email: str | None, dry_run: bool, **asked: Any) -> None:
    """Import organisations, achievements or challenges from .jsonl or .xlsx: all rows or none."""
    order, moment = Order(**asked), now()
    with Stage() as stage:
        with reading() as session:
            who = _actor(session, email, moment)
            plan = plan_import(session, who, order, catalogue=catalogue(), now=moment, stage=stage)
        if dry_run or not plan.is_clean:
            _show(plan, order.path)
        if not plan.is_clean:
            refuse(gettext(NOT_CLEAN))
        if dry_run:
            click.echo(gettext(NOTHING_WRITTEN))
        else:
            _write(order, who, stage, plan, moment)


def _write(order: Order, who: Actor, stage: Stage, plan: Report, moment: datetime) -> None:
    try:
        with writing() as session:
            write_import(session, who, order, stage, plan, now=moment)
    except RefusedError as error:
        _show(error.report, order.path)
        raise
    click.echo(gettext(DONE, name=order.path.name, rows=plan.rows, ready=plan.ready, known=plan.known))


def _actor(session: Session, email: str | None, moment: datetime) -> Actor:
    return actor_by_email(session, email, now=moment) if email else SYSTEM


def _show(report: Report, file: Path) -> None:
    facts = {"rows": report.rows, "ready": report.ready, "known": report.known, "faulty": report.faulty_rows}
    click.echo(gettext(PLANNED, name=file.name, **facts))
    if report.ignored:
        click.echo(gettext(IGNORED, columns="、".join(report.ignored)))
    for fault in report.faults:
        click.echo(_said(fault))
    if report.fault_count > len(report.faults):
        click.echo(gettext(MORE_FAULTS, count=report.fault_count, shown=len(report.faults)))


def _said(fault: Fault) -> str:
    words = IN_COLUMN if fault.column else IN_ROW
    return gettext(words, row=fault.row, column=translate(fault.column), reason=translate(fault.reason))
