"""The log as a file: what its page shows, in the order of the chain, with the hashes that link it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.admin import queries
from marketplace.admin.policies import POLICY
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import Actor
from marketplace.core.calendar import beijing
from marketplace.core.permissions import authorize
from marketplace.core.registry import Column, Export
from marketplace.core.text import _

LISTING = "audit"
FOR_PROGRAMS = "codes"
WIDE, HASH = 28, 66


def log_export(ask: Callable[[], queries.LogFilters]) -> Export:
    """The export of the log, for those who see its page; unfiltered lines are what ``audit verify --log`` reads."""
    return Export(name=LISTING, label=_("审计日志"), columns=COLUMNS, each=_each, ask=ask)


def _each(session: Session, actor: Actor, asked: Any, _now: datetime) -> Iterable[AuditEntry]:
    authorize(POLICY, "see_log", actor, None)
    return queries.each_entry(session, asked)


def line_of(entry: AuditEntry) -> dict[str, object]:
    """One entry as programs read it."""
    return {column.name: column.cell(entry, FOR_PROGRAMS) for column in COLUMNS}


def _at(entry: AuditEntry, tongue: str) -> object:
    if tongue == FOR_PROGRAMS:
        return entry.at.isoformat(timespec="microseconds")
    return f"{beijing(entry.at):%Y-%m-%d %H:%M:%S}"


def _plain(name: str, label: str, width: int = 16) -> Column:
    return Column(name, label, lambda entry, _tongue: getattr(entry, name), width)


COLUMNS = (
    _plain("number", _("序号"), 8),
    Column("at", _("时间"), _at, WIDE),
    _plain("actor", _("谁")),
    _plain("action", _("做了什么"), WIDE),
    _plain("subject", _("对象"), WIDE),
    _plain("detail_hash", _("详情的哈希"), HASH),
    _plain("previous_hash", _("前一条的哈希"), HASH),
    _plain("hash", _("这一条的哈希"), HASH),
)
