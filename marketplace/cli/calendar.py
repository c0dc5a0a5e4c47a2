"""``flask calendar …``: when does a period end?"""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from marketplace.calendar import queries, services
from marketplace.calendar.builtin import calendar_from, notices
from marketplace.calendar.days import LONGEST, WorkingCalendar
from marketplace.cli.refusals import refuse, told
from marketplace.core.actor import SYSTEM
from marketplace.core.text import _
from marketplace.web.current import now
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

group = AppGroup("calendar", help="Working days.")
PROVISIONAL = _("暂定：这段时间里有一年的国务院节假日通知还没有导入。")
TOO_FAR = _("这个日期推算不了。")
NOT_TEXT = _("“%(name)s”不是 UTF-8 文本。")
IMPORTED = _("已导入 %(year)d 年的节假日安排：放假 %(off)d 天，调休上班 %(working)d 天。")


@group.command("add")
@click.argument("start", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("number", metavar="N", type=click.IntRange(1, LONGEST))
@click.option("--working", is_flag=True, help="Count working days alone.")
@with_appcontext
@told
def add(start: datetime, number: int, working: bool) -> None:
    """The last day of a period of N days from DATE, which is not counted itself."""
    calendar, first = _calendar(), start.date()
    try:
        last = calendar.nth_working_day(first, number) if working else calendar.last_day(first, number)
    except OverflowError:
        refuse(gettext(TOO_FAR))
    click.echo(last.isoformat())
    if calendar.is_provisional(first, last):
        click.echo(gettext(PROVISIONAL), err=True)


@group.command("import")
@click.argument("year", type=int)
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@told
def import_(year: int, path: Path) -> None:
    """Bring in the State Council's holiday notice of a year, a file with its text."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        refuse(gettext(NOT_TEXT, name=path.name))
    with writing() as session:
        days = services.import_notice(session, SYSTEM, year=year, text=text, now=now())
    working = sum(one.is_working for one in days)
    click.echo(gettext(IMPORTED, year=year, off=len(days) - working, working=working))


def _calendar() -> WorkingCalendar:
    """What operators imported, too, where there is a database."""
    try:
        with reading() as session:
            return queries.working_calendar(session)
    except SQLAlchemyError:
        return calendar_from(notices())
