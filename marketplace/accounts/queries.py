"""Reads. Every function returns finished objects or numbers, never a half-built query."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts import limits
from marketplace.accounts.addresses import normalised
from marketplace.accounts.keyring import KeyRing, person_of
from marketplace.accounts.models import (
    Attempt,
    AttemptKind,
    Consent,
    LetterKind,
    LetterToken,
    PersonKey,
    RecoveryCode,
    StaffGrant,
    TotpFactor,
    User,
    UserSession,
)
from marketplace.accounts.policies import visible_to
from marketplace.accounts.standing import SignedIn
from marketplace.accounts.tokens import fingerprint
from marketplace.audit.queries import acts_of
from marketplace.core.actor import Actor, Role
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, paginate
from marketplace.core.text import Message, _, say

MOST_SESSIONS = 1000
STAFF_FIRST = _("你有平台工作人员的角色：请先由运营专员收回角色，再注销账户。")


def get_user(session: Session, actor: Actor, public_id: str) -> User:
    """One account, oneself's or an operator's to see."""
    user = session.scalar(select(User).where(User.public_id == public_id, visible_to(actor)))
    if user is None:
        raise NotFound
    return user


def own_account(session: Session, actor: Actor) -> User:
    return get_user(session, actor, actor.public_id)


class PersonStanding(StrEnum):
    """How an account stands, as a list of people is narrowed to."""

    ACTIVE = "active"
    UNVERIFIED = "unverified"
    BLOCKED = "blocked"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilters:
    """None leaves open; ``words`` are part of a name or an address, or a whole number of an account."""

    role: Role | None = None
    standing: PersonStanding | None = None
    words: str | None = None


def list_people(session: Session, *, filters: PeopleFilters, page: int) -> Page[User]:
    """Accounts, the latest first; who may read them is asked by the caller."""
    return paginate(session, select(User).where(*_narrowed(filters)).order_by(User.id.desc()), page=page)


def roles_of(session: Session, user_ids: Collection[int]) -> Mapping[int, Sequence[tuple[Role, str]]]:
    """Staff roles with their areas, by row number of the account."""
    found: dict[int, list[tuple[Role, str]]] = {}
    rows = session.scalars(select(StaffGrant).where(StaffGrant.user_id.in_(user_ids)).order_by(StaffGrant.id))
    for grant in rows:
        found.setdefault(grant.user_id, []).append((grant.role, grant.area))
    return found


def count_live_sessions(session: Session, user_id: int) -> int:
    """Sessions that nobody ended; some of them may have timed out."""
    live = select(func.count()).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    return session.scalar(live) or 0


def _narrowed(filters: PeopleFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.role:
        holds = exists().where(StaffGrant.user_id == User.id, StaffGrant.role == filters.role)
        conditions.append(holds)
    if filters.standing:
        is_open = User.disabled_at.is_(None)
        conditions += {
            PersonStanding.ACTIVE: [is_open, User.email_verified_at.is_not(None)],
            PersonStanding.UNVERIFIED: [is_open, User.email_verified_at.is_(None)],
            PersonStanding.BLOCKED: [User.disabled_at.is_not(None), User.erased_at.is_(None)],
            PersonStanding.ERASED: [User.erased_at.is_not(None)],
        }[filters.standing]
    if filters.words:
        conditions.append(
            or_(
                User.name.icontains(filters.words, autoescape=True),
                User.email.icontains(filters.words, autoescape=True),
                User.public_id == filters.words,
            )
        )
    return conditions


def find_user(session: Session, email: str) -> User | None:
    """Whose address this is, for sign-in and the command line; nobody's rights are asked here."""
    return session.scalar(select(User).where(User.email == normalised(email)))


def signed_in(session: Session, token: str) -> SignedIn | None:
    """Whose session the token opens; plain columns, because every page asks."""
    row = session.execute(_WHOSE_SESSION, {"token": fingerprint(token)}).one_or_none()
    return SignedIn(*row) if row else None


_WHOSE_SESSION = (
    select(
        UserSession.id,
        User.id,
        User.public_id,
        User.name,
        UserSession.organisation_id,
        UserSession.started_at,
        UserSession.seen_at,
        UserSession.asks_consent,
        exists().where(TotpFactor.user_id == User.id, TotpFactor.confirmed_at.is_not(None)),
    )
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.token_hash == bindparam("token"),
        UserSession.ended_at.is_(None),
        UserSession.awaits_factor.is_(False),
        User.disabled_at.is_(None),
    )
)


def waiting_session(session: Session, token: str, *, now: datetime) -> tuple[UserSession, User] | None:
    """The session whose password was right and whose second factor is still to come, and whose it is."""
    row = session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == fingerprint(token),
            UserSession.ended_at.is_(None),
            UserSession.awaits_factor.is_(True),
            UserSession.started_at > now - timedelta(minutes=limits.FACTOR_MINUTES),
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def has_factor(session: Session, user_id: int) -> bool:
    factor = session.get(TotpFactor, user_id)
    return factor is not None and factor.confirmed_at is not None


def factor_to_confirm(session: Session, actor: Actor, keyring: KeyRing) -> str | None:
    """The secret that this person is about to set up, or None where nothing was started."""
    factor = session.get(TotpFactor, actor.user_id)
    if factor is None or factor.confirmed_at:
        return None
    return words_of(session, keyring, [factor.secret]).get(factor.secret)


def unused_recovery_codes(session: Session, user_id: int) -> int:
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def sessions_of(session: Session, actor: Actor, *, limit: int = 30) -> Sequence[UserSession]:
    """One's own sessions, the latest first; those still to be opened by a second factor are none yet."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == actor.user_id, UserSession.awaits_factor.is_(False))
        .order_by(UserSession.started_at.desc(), UserSession.id.desc())
        .limit(limit)
    ).all()


def in_sitting(session: Session, actor: Actor, token: str, *, now: datetime) -> bool:
    """Whether this browser may sit down to what needs a code: one was given, or a second factor at the sign-in."""
    until = session.scalar(
        select(UserSession.sitting_until).where(
            UserSession.token_hash == fingerprint(token), UserSession.user_id == actor.user_id
        )
    )
    return (until is not None and now < until) or has_factor(session, actor.user_id)


def consents_of(session: Session, actor: Actor) -> Sequence[Consent]:
    """The versions of the terms this person agreed to, the latest first."""
    return session.scalars(
        select(Consent).where(Consent.user_id == actor.user_id).order_by(Consent.agreed_at.desc())
    ).all()


def own_data(session: Session, actor: Actor, keyring: KeyRing) -> dict[str, object]:
    """Everything the account itself keeps of this person, as JSON knows it."""
    user = own_account(session, actor)
    sessions = sessions_of(session, actor, limit=MOST_SESSIONS)
    origins = words_of(session, keyring, [one.origin for one in sessions if one.origin])
    return {
        "account": {
            "id": user.public_id,
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "created_at": user.created_at,
            "email_verified_at": user.email_verified_at,
            "has_second_factor": has_factor(session, user.id),
        },
        "staff_roles": [
            {"role": str(one.role), "area": one.area, "granted_at": one.granted_at}
            for one in session.scalars(select(StaffGrant).where(StaffGrant.user_id == user.id))
        ],
        "consents": [{"version": one.version, "agreed_at": one.agreed_at} for one in consents_of(session, actor)],
        "sessions": [
            {"started_at": one.started_at, "seen_at": one.seen_at, "ended_at": one.ended_at}
            | json.loads(origins.get(one.origin or "", "{}"))
            for one in sessions
        ],
        "acts": acts_of(session, user.public_id),
    }


def staff_obstacles(_session: Session, actor: Actor) -> Sequence[Message]:
    """Who holds a staff role gives it back first."""
    return [say(STAFF_FIRST)] if actor.is_staff else []


def words_of(session: Session, keyring: KeyRing, sealed: Collection[str]) -> Mapping[str, str]:
    """Sealed words (``services.keys``) to what they say, in one query; absent are those whose key was destroyed."""
    if not sealed:
        return {}
    people = {person_of(text) for text in sealed}
    rows = session.execute(
        select(User.public_id, PersonKey.wrapped)
        .join(User, User.id == PersonKey.user_id)
        .where(User.public_id.in_(people), PersonKey.wrapped.is_not(None))
    )
    wrapped = {public_id: key for public_id, key in rows}  # noqa: C416  (rows are no pairs to mypy)
    return {text: keyring.open(str(wrapped[person_of(text)]), text) for text in sealed if person_of(text) in wrapped}


def live_letter(session: Session, kind: LetterKind, token: str, *, now: datetime) -> tuple[LetterToken, User] | None:
    """The unused, unexpired letter with this token, and its addressee."""
    row = session.execute(
        select(LetterToken, User)
        .join(User, User.id == LetterToken.user_id)
        .where(
            LetterToken.kind == kind,
            LetterToken.token_hash == fingerprint(token),
            LetterToken.used_at.is_(None),
            LetterToken.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def is_locked(session: Session, kind: AttemptKind, *, typed: str, client: str, now: datetime) -> bool:
    """Too many failures in the window, by what was typed or by whoever types. Both are fingerprints."""
    return limits.is_full(
        typed=_failures(session, kind, Attempt.key_hash == typed, since=_last_success(session, kind, typed, now)),
        client=_failures(session, kind, Attempt.address_hash == client, since=limits.window_start(now)),
    )


def _failures(session: Session, kind: AttemptKind, whose: ColumnElement[bool], *, since: datetime) -> int:
    failed = select(func.count()).where(Attempt.kind == kind, whose, Attempt.at > since, Attempt.succeeded.is_(False))
    return session.scalar(failed) or 0


def _last_success(session: Session, kind: AttemptKind, typed: str, now: datetime) -> datetime:
    """Failures before a success count no longer; nor do those outside the window."""
    start = limits.window_start(now)
    latest = select(func.max(Attempt.at)).where(
        Attempt.kind == kind, Attempt.key_hash == typed, Attempt.at > start, Attempt.succeeded.is_(True)
    )
    return session.scalar(latest) or start
