"""``flask audit …``: is the log still what it was?"""

import click
from flask.cli import AppGroup, with_appcontext

from marketplace.audit import chain, queries
from marketplace.cli.refusals import refuse, told
from marketplace.core.text import _
from marketplace.web.language import gettext
from marketplace.web.transaction import reading

group = AppGroup("audit", help="The log.")

HOLDS = _("日志完好：%(count)d 条，最后一条的哈希 %(head)s")
BROKEN = _("日志在第 %(number)d 条断开：%(reason)s")


@group.command("verify")
@click.option("--head", metavar="HEX", help="A head published earlier, which the log must still contain.")
@with_appcontext
@told
def verify(head: str | None) -> None:
    """Check every link of the log; exit 1 and the first broken one where it was tampered with."""
    with reading() as session:
        broken = queries.verify(session, head=head.strip().lower() if head else None)
        count, current = queries.count(session), queries.current_head(session)
    if broken is not None:
        refuse(gettext(BROKEN, number=broken.number, reason=broken.reason))
    click.echo(gettext(HOLDS, count=count, head=current or chain.GENESIS))
