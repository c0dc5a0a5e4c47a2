"""Reads of the log."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload

from marketplace.audit import papers, signing
from marketplace.audit.chain import GENESIS, Break, Link, first_break, hash_of_detail
from marketplace.audit.models import AuditDetail, AuditEntry, AuditHead, DailyHead, SigningKey
from marketplace.audit.signing import SignedHead
from marketplace.core.calendar import day_of
from marketplace.core.paging import Page, paginate
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.core.transaction import reading

HEADS_PER_PAGE = 31
GRACE = timedelta(minutes=10)
"""A transaction that began before midnight may end after it."""
CUT = _("链条没有停在该停的地方：末尾被删。")
DETAIL_CHANGED = _("这一条的详情写下之后被改过。")


def history_of(session: Session, subject: Subject, *, limit: int = 50) -> Sequence[AuditEntry]:
    """The latest acts on one thing, newest first, with their details."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == str(subject))
        .options(joinedload(AuditEntry.detail))
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    ).all()


def acts_of(session: Session, pseudonym: str) -> list[dict[str, object]]:
    """What this person did, for their own copy: no details, and of acts on other people not whose."""
    entries = session.execute(
        select(AuditEntry.number, AuditEntry.at, AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.actor == pseudonym)
        .order_by(AuditEntry.number)
    )
    return [
        {"number": number, "at": at, "action": action, "subject": _without_others(subject, pseudonym)}
        for number, at, action, subject in entries
    ]


def _without_others(subject: str, pseudonym: str) -> str:
    kind, _colon, public_id = subject.partition(":")
    return kind if kind == "user" and public_id != pseudonym else subject


def verify(session: Session, *, head: str | None = None) -> Break | None:
    """Check the whole log, its details and its published heads included; None when it holds and has ``head``."""
    broken = first_break(_links(session), head=head)
    return broken or _cut_tail(session) or _first_changed_detail(session) or _first_false_head(session)


def first_lost(session: Session, published: Sequence[SignedHead]) -> Break | None:
    """The first of these heads, kept outside, that the log no longer contains."""
    entries = session.execute(
        select(AuditEntry.hash, AuditEntry.number).where(AuditEntry.hash.in_([one.head for one in published]))
    )
    return papers.first_lost(published, {row.hash: row.number for row in entries})


def unsigned_days(session: Session, *, now: datetime) -> list[tuple[date, int, str]] | Break:
    """(day, number, head) of every day of Beijing that is over and has no published head yet.

    What follows the last published head is walked first: a log that does not hold gets no further signature.
    """
    last = latest_head(session)
    number, head = (last.number, last.head) if last else (0, GENESIS)
    if last is not None and session.scalar(select(AuditEntry.hash).where(AuditEntry.number == number)) != head:
        return Break(number, say(papers.LOST_HEAD, day=last.day.isoformat()))
    ends: dict[date, tuple[int, str]] = {}

    def noted() -> Iterator[Link]:
        for link in _links(session, after=number):
            ends[day_of(link.at)] = (link.number, link.hash)
            yield link

    broken = first_break(noted(), after=(number, head)) or _cut_tail(session)
    return broken or _fill(last.day if last else None, (number, head), ends, until=day_of(now - GRACE))


def _fill(
    last: date | None, end: tuple[int, str], ends: dict[date, tuple[int, str]], *, until: date
) -> list[tuple[date, int, str]]:
    """Day after day up to ``until``, which is not over; a day without an entry ends where the one before did."""
    if last is None and not ends:
        return []
    day = last + timedelta(days=1) if last else min(ends)
    end = max([end, *(found for when, found in ends.items() if when < day)])
    days = []
    while day < until:
        end = max(end, ends.get(day, end))
        days.append((day, *end))
        day += timedelta(days=1)
    return days


def latest_head(session: Session) -> DailyHead | None:
    return session.scalars(select(DailyHead).order_by(DailyHead.day.desc()).limit(1)).one_or_none()


def published_heads(session: Session, *, page: int) -> Page[DailyHead]:
    """Newest first."""
    return paginate(session, select(DailyHead).order_by(DailyHead.day.desc()), page=page, per_page=HEADS_PER_PAGE)


def every_head(session: Session) -> list[SignedHead]:
    """By day, as they were published."""
    rows = session.scalars(select(DailyHead).order_by(DailyHead.day))
    return [SignedHead(row.day, row.head, row.key_id, row.published_at, row.signature) for row in rows]


def signing_keys(session: Session) -> Sequence[SigningKey]:
    """Newest first; the first signs unless it is retired."""
    return session.scalars(select(SigningKey).order_by(SigningKey.created_at.desc(), SigningKey.id)).all()


def has_alarm(session: Session, subject: Subject, action: str) -> bool:
    """Whether this was already said of this day."""
    asked = select(AuditEntry.number).where(AuditEntry.subject == str(subject), AuditEntry.action == action).limit(1)
    return session.scalar(asked) is not None


def count(session: Session) -> int:
    return session.scalar(select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1)) or 0


def latest_moment(database: Engine) -> datetime | None:
    with reading(database) as session:
        return session.scalar(select(AuditEntry.at).order_by(AuditEntry.number.desc()).limit(1))


def current_head(session: Session) -> str | None:
    return session.scalar(select(AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))


def _cut_tail(session: Session) -> Break | None:
    """The row that says where the chain ends has to agree with its last entry."""
    kept = session.scalars(select(AuditHead)).one_or_none()
    if kept is not None and kept.hash != (current_head(session) or GENESIS):
        return Break(kept.number, say(CUT))
    return None


def _links(session: Session, *, after: int = 0) -> Iterator[Link]:
    columns = AuditEntry.__table__.c
    with session.execute(
        select(
            columns.number,
            columns.at,
            columns.actor,
            columns.action,
            columns.subject,
            columns.detail_hash,
            columns.previous_hash,
            columns.hash,
        )
        .where(columns.number > after)
        .order_by(columns.number),
        execution_options={"yield_per": 1000},
    ) as rows:
        for row in rows:
            yield Link(*row)


def _first_changed_detail(session: Session) -> Break | None:
    details = AuditDetail.__table__.c
    entries = AuditEntry.__table__.c
    with session.execute(
        select(entries.number, entries.detail_hash, details.salt, AuditDetail.detail)
        .join_from(AuditEntry, AuditDetail)
        .order_by(entries.number),
        execution_options={"yield_per": 1000},
    ) as rows:
        for number, detail_hash, salt, detail in rows:
            if hash_of_detail(salt, detail) != detail_hash:
                return Break(number, say(DETAIL_CHANGED))
    return None


def _first_false_head(session: Session) -> Break | None:
    """Published heads are still what was signed, day after day, and the log contains each."""
    keys = {key.id: bytes.fromhex(key.public) for key in signing_keys(session)}
    published = every_head(session)
    day = published[0].day if published else None
    for one in published:
        if one.day != day:
            return Break(0, say(papers.MISSING_DAY, day=str(day)))
        if not signing.holds(one, keys):
            return Break(0, say(papers.NOT_SIGNED, day=one.day.isoformat()))
        day = one.day + timedelta(days=1)
    return first_lost(session, published)
