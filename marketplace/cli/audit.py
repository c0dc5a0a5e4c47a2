"""``flask audit …``: is the log still what it was?"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from marketplace.admin.presenters import line_of
from marketplace.admin.queries import LogFilters, each_entry
from marketplace.audit import chain, papers, queries, services, signing
from marketplace.audit.chain import Break, Link
from marketplace.audit.signing import SignedHead
from marketplace.cli.refusals import refuse, told
from marketplace.core.actor import SYSTEM
from marketplace.core.text import _, say
from marketplace.web.current import config, now
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading, writing

group = AppGroup("audit", help="The log.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

HOLDS = _("日志完好：%(count)d 条，最后一条的哈希 %(head)s")
HEADS_HOLD = _("公布过的 %(count)d 个每日哈希都在日志里，签名都对。")
HEADS_HOLD_UNSIGNED = _("公布过的 %(count)d 个每日哈希都在日志里；没有给公钥（--key），签名没有核对。")
BROKEN = _("日志在第 %(number)d 条断开：%(reason)s")
NO_KEY = _("“%(name)s”里没有 Ed25519 公钥（PEM）。")
NOT_TEXT = _("“%(name)s”不是 UTF-8 文本。")
EXISTS = _("“%(name)s”已存在，没有覆盖。")
CANNOT_WRITE = _("写不了文件“%(name)s”：%(why)s")
EXPORTED = _("%(name)s：共 %(count)d 条。")
ROTATED = _("新的签名密钥：%(key)s。从现在起用它签名，原来的公钥仍留在 /log/key。")


@group.command("verify")
@click.option("--head", metavar="HEX", help="A head published earlier, which the log must still contain.")
@click.option("--log", "log_file", type=FILE, metavar="FILE", help="A log file (.jsonl) instead of the database.")
@click.option("--heads", "heads_file", type=FILE, metavar="FILE", help="Heads kept earlier, as /log gives them.")
@click.option("--key", "key_file", type=FILE, metavar="FILE", help="The site's public keys, as /log/key gives them.")
@with_appcontext
@told
def verify(head: str | None, log_file: Path | None, heads_file: Path | None, key_file: Path | None) -> None:
    """Check every link of the log; exit 1 and the first broken one where it was tampered with.

    With --log nothing but the files is read.
    """
    kept = papers.heads(_lines(heads_file)) if heads_file else []
    if key_file:
        _refuse_unsigned(kept, key_file)
    wanted = head.strip().lower() if head else None
    broken, count, current = _in_file(log_file, wanted, kept) if log_file else _in_database(wanted, kept)
    if broken is not None:
        reason = translate(broken.reason)
        refuse(gettext(BROKEN, number=broken.number, reason=reason) if broken.number else reason)
    click.echo(gettext(HOLDS, count=count, head=current))
    if heads_file:
        click.echo(gettext(HEADS_HOLD if key_file else HEADS_HOLD_UNSIGNED, count=len(kept)))


@group.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@with_appcontext
@told
def export(path: Path) -> None:
    """Write the whole log to FILE (JSON lines), as ``verify --log`` reads it."""
    count = 0
    try:
        with path.open("x", encoding="utf-8") as file, reading() as session:
            for entry in each_entry(session, LogFilters()):
                file.write(json.dumps(line_of(entry), ensure_ascii=False) + "\n")
                count += 1
    except FileExistsError:
        refuse(gettext(EXISTS, name=path.name))
    except OSError as error:
        refuse(gettext(CANNOT_WRITE, name=path.name, why=error.strerror))
    click.echo(gettext(EXPORTED, name=path.name, count=count))


@group.command("rotate-key")
@with_appcontext
@told
def rotate_key() -> None:
    """Sign with a new key from now on; what the old one signed stays valid."""
    with writing() as session:
        key = services.rotate_key(session, SYSTEM, seal_key=config().seal_key, now=now())
    click.echo(gettext(ROTATED, key=key.id))


def _in_database(head: str | None, kept: list[SignedHead]) -> tuple[Break | None, int, str]:
    with reading() as session:
        broken = queries.verify(session, head=head) or queries.first_lost(session, kept)
        return broken, queries.count(session), queries.current_head(session) or chain.GENESIS


def _in_file(path: Path, head: str | None, kept: list[SignedHead]) -> tuple[Break | None, int, str]:
    numbers: dict[str, int] = {}
    wanted = {one.head for one in kept}
    last: list[Link] = []

    def noted() -> Iterator[Link]:
        for link in papers.links(_lines(path)):
            last[:] = [link]
            if link.hash in wanted:
                numbers[link.hash] = link.number
            yield link

    broken = chain.first_break(noted(), head=head) or papers.first_lost(kept, numbers)
    return broken, last[0].number if last else 0, last[0].hash if last else chain.GENESIS


def _refuse_unsigned(kept: list[SignedHead], key_file: Path) -> None:
    try:
        keys = signing.from_pem("".join(_lines(key_file)))
    except ValueError:
        refuse(gettext(NO_KEY, name=key_file.name))
    for one in kept:
        if not signing.holds(one, keys):
            refuse(translate(say(papers.NOT_SIGNED, day=one.day.isoformat())))


def _lines(path: Path) -> Iterable[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except UnicodeDecodeError:
        refuse(gettext(NOT_TEXT, name=path.name))
