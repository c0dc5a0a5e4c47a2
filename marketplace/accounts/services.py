"""Writes: how people come in, go out, and keep their keys. The caller owns the transaction.

What must be counted although it fails comes back as a value: raising would undo the count. What is raised was not
counted. None of the anonymous services tells whether an address is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts import limits, passwords, queries
from marketplace.accounts.addresses import fault_of, normalised
from marketplace.accounts.events import LetterRequested
from marketplace.accounts.models import Attempt, AttemptKind, LetterKind, LetterToken, StaffGrant, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.audit import services as audit
from marketplace.core.actor import ANONYMOUS, STAFF_ROLES, Actor, Role
from marketplace.core.errors import Conflict, DomainError, Invalid, Locked
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say

CONSENT_VERSION = "2026-11"
"""The privacy terms in force; raise it with every new text."""
MAX_NAME_CHARACTERS = 80
NOBODY = "unknown"

NAME_ASKED = _("请填写姓名，最多 80 个字。")
CONSENT_ASKED = _("请先阅读并同意服务条款与隐私说明（当前版本）。")
REFUSED = _("邮箱或密码不对，或者邮箱还没有验证。密码对而邮箱还没有验证的，我们已再寄出一封验证邮件。")
TOO_MANY = _("尝试次数过多，请 %(minutes)d 分钟后再试。")
LETTER_DEAD = _("这个链接已失效或已经用过。已经验证过邮箱的请直接登录；否则登录一次或重新申请，我们会寄出新的邮件。")
OLD_PASSWORD_WRONG = _("现在的密码不对。")
ADDRESS_TAKEN = _("这个邮箱已有账户。")
NOT_A_STAFF_ROLE = _("这不是平台工作人员的角色。")
AREA_ASKED = _("街镇专员必须写明街镇，其他角色没有街镇。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a person types to register."""

    name: str
    email: str
    password: str
    consent_version: str
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody's word that they own an address, compared with what is kept; ``user_id`` only where it holds.

    ``public_id`` is the pseudonym of whoever has the address, for the log.
    """

    email: str
    public_id: str = NOBODY
    user_id: int | None = None
    better_hash: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a sign-in: the browser's new token, or the refusal to show."""

    token: str = ""
    refusal: DomainError | None = None


def register(session: Session, registration: Registration, *, client_address: str, now: datetime) -> Locked | None:
    """Make an account that waits for its letter; who has one already gets a letter saying so, and the same answer."""
    email = normalised(registration.email)
    _check_person(registration.name, email, registration.password)
    if registration.consent_version != CONSENT_VERSION:
        raise Invalid({"consent": CONSENT_ASKED})
    attempt = _admit(session, AttemptKind.REGISTER, email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    password_hash = passwords.hash_of(registration.password)  # in every case, so that it always takes as long
    known = queries.find_user(session, email)
    added = None if known else _add_user(session, registration, email, password_hash, now)
    user = added or known or queries.find_user(session, email)  # the last where somebody was quicker by an instant
    assert user is not None
    _answer_registration(session, user, is_new=added is not None, now=now)
    return None


def verify_email(session: Session, token: str, *, now: datetime) -> User:
    letter, user = _live_letter(session, LetterKind.VERIFY_EMAIL, token, now)
    user.email_verified_at = user.email_verified_at or now
    _use_letters(session, letter, now)
    _note(session, _person(user), "verify_email", user, now)
    return user


def examine(session: Session, *, email: str, password: str, client_address: str, now: datetime) -> Claim:
    """Compare a password, reading only: hashing takes its time, and nobody waits for the database meanwhile."""
    email = normalised(email)
    typed, client = _counted_as(email, client_address)
    if queries.is_locked(session, AttemptKind.LOGIN, typed=typed, client=client, now=now):
        return Claim(email)
    user = queries.find_user(session, email)
    stored = user.password_hash if user else passwords.DECOY
    is_right = passwords.matches(stored, password)
    if user is None:
        return Claim(email)
    if not is_right or user.disabled_at:
        return Claim(email, user.public_id)
    better_hash = passwords.hash_of(password) if passwords.is_outdated(stored) else None
    return Claim(email, user.public_id, user.id, better_hash)


def sign_in(session: Session, claim: Claim, *, client_address: str, now: datetime, previous_token: str = "") -> SignIn:
    """Count the try, and open a session with a token of its own where the claim holds."""
    attempt = _admit(session, AttemptKind.LOGIN, claim.email, client_address, now)
    if isinstance(attempt, Locked):
        return SignIn(refusal=attempt)
    user = session.get(User, claim.user_id) if claim.user_id else None
    if user is None or user.email_verified_at is None:
        if user is not None:
            _send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
        subject = Subject("user", claim.public_id)
        audit.record(session, actor=ANONYMOUS, action="sign_in_refused", subject=subject, now=now)
        return SignIn(refusal=DomainError(say(REFUSED)))
    attempt.succeeded = True
    user.password_hash = claim.better_hash or user.password_hash
    _end_sessions(session, now, UserSession.token_hash == fingerprint(previous_token))
    token = new_token()
    session.add(UserSession(token_hash=fingerprint(token), user_id=user.id, started_at=now, seen_at=now))
    _note(session, _person(user), "sign_in", user, now)
    return SignIn(token)


def sign_out(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """End this browser's session; the token opens nothing any more."""
    _end_sessions(session, now, UserSession.token_hash == fingerprint(token), UserSession.user_id == actor.user_id)
    audit.record(session, actor=actor, action="sign_out", subject=Subject("user", actor.public_id), now=now)


def note_seen(session: Session, session_id: int, *, now: datetime) -> None:
    session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.seen_at < now).values(seen_at=now)
    )


def act_for(session: Session, actor: Actor, organisation_id: int, *, token: str) -> None:
    """Remember in this browser's session whom the person speaks for; whether they may is asked by the caller."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == fingerprint(token), UserSession.user_id == actor.user_id)
        .values(organisation_id=organisation_id)
    )


def revise_profile(session: Session, actor: Actor, user: User, *, name: str, language: str, now: datetime) -> User:
    authorize(POLICY, "edit", actor, user)
    if not _is_name(name):
        raise Invalid({"name": NAME_ASKED})
    user.name, user.language = name.strip(), language
    _note(session, actor, "edit", user, now)
    return user


def change_password(
    session: Session, actor: Actor, user: User, *, old: str, new: str, token: str, client_address: str, now: datetime
) -> DomainError | None:
    """Change one's password and end every other session. A wrong old password is counted as a failed sign-in."""
    authorize(POLICY, "change_password", actor, user)
    _check_password(new, user, field="new_password")
    attempt = _admit(session, AttemptKind.LOGIN, user.email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    if not passwords.matches(user.password_hash, old):
        _note(session, actor, "change_password_refused", user, now)
        return Invalid({"old_password": OLD_PASSWORD_WRONG})
    attempt.succeeded = True
    user.password_hash = passwords.hash_of(new)
    _end_sessions(session, now, UserSession.user_id == user.id, UserSession.token_hash != fingerprint(token))
    _note(session, actor, "change_password", user, now)
    return None


def request_reset(session: Session, email: str, *, client_address: str, now: datetime) -> Locked | None:
    """Send a letter that lets its reader choose a password, if the address has an account."""
    email = normalised(email)
    attempt = _admit(session, AttemptKind.RESET, email, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    user = queries.find_user(session, email)
    if user is not None and user.disabled_at is None:
        _send_letter(session, user, LetterKind.RESET_PASSWORD, "account.reset_password", now)
    subject = subject_of(user) if user else Subject("user", NOBODY)
    audit.record(session, actor=ANONYMOUS, action="request_reset", subject=subject, now=now)
    return None


def reset_password(session: Session, token: str, *, password: str, now: datetime) -> User:
    """Set a new password by letter and end every session; who reads the letter has the address, so it is verified."""
    letter, user = _live_letter(session, LetterKind.RESET_PASSWORD, token, now)
    _check_password(password, user, field="password")
    user.password_hash = passwords.hash_of(password)
    user.email_verified_at = user.email_verified_at or now
    _use_letters(session, letter, now)
    _end_sessions(session, now, UserSession.user_id == user.id)
    _unlock(session, user, now)
    _note(session, _person(user), "reset_password", user, now)
    return user


def create_user(
    session: Session, actor: Actor, *, email: str, name: str, password: str, verified: bool, now: datetime
) -> User:
    """Make an account for somebody, from the command line or by an operator."""
    authorize(POLICY, "create", actor, None)
    email = normalised(email)
    _check_person(name, email, password)
    wanted = Registration(name=name, email=email, password=password, consent_version="")
    user = _add_user(session, wanted, email, passwords.hash_of(password), now)
    if user is None:
        raise Invalid({"email": ADDRESS_TAKEN})
    if verified:
        user.email_verified_at = now
    else:
        _send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
    _note(session, actor, "create", user, now)
    return user


def grant_staff(session: Session, actor: Actor, user: User, *, role: Role, area: str = "", now: datetime) -> None:
    """Give a staff role; an area officer's names the area. Giving it twice changes nothing."""
    authorize(POLICY, "grant", actor, user)
    if role not in STAFF_ROLES:
        raise Invalid({"role": NOT_A_STAFF_ROLE})
    if (role is Role.AREA_OFFICER) != bool(area):
        raise Invalid({"area": AREA_ASKED})
    if session.scalar(select(StaffGrant).where(*_this_grant(user, role, area))) is None:
        session.add(StaffGrant(user_id=user.id, role=role, area=area, granted_at=now))
        _note(session, actor, "grant", user, now, role=str(role), area=area)


def revoke_staff(session: Session, actor: Actor, user: User, *, role: Role, area: str = "", now: datetime) -> None:
    """Take a staff role back; it ends with the next page the person opens."""
    authorize(POLICY, "revoke", actor, user)
    grant = session.scalar(select(StaffGrant).where(*_this_grant(user, role, area)))
    if grant is not None:
        session.delete(grant)
        _note(session, actor, "revoke", user, now, role=str(role), area=area)


def forget_attempts(session: Session, *, now: datetime) -> None:
    """Drop counts that no window reaches any more. For the worker, now and then."""
    session.execute(delete(Attempt).where(Attempt.at < now - timedelta(hours=limits.ATTEMPTS_KEPT_HOURS)))


def subject_of(user: User) -> Subject:
    return Subject("user", user.public_id)


def _check_person(name: str, email: str, password: str) -> None:
    faults: dict[str, Message | str] = {}
    if not _is_name(name):
        faults["name"] = NAME_ASKED
    if fault := fault_of(email):
        faults["email"] = fault
    if weakness := passwords.weakness(password, email=email, name=name):
        faults["password"] = weakness
    if faults:
        raise Invalid(faults)


def _is_name(name: str) -> bool:
    return 0 < len(name.strip()) <= MAX_NAME_CHARACTERS and name.isprintable()


def _check_password(password: str, user: User, *, field: str) -> None:
    if weakness := passwords.weakness(password, email=user.email, name=user.name):
        raise Invalid({field: weakness})


def _counted_as(email: str, client_address: str) -> tuple[str, str]:
    return fingerprint(email), fingerprint(limits.client_of(client_address))


def _admit(session: Session, kind: AttemptKind, email: str, client_address: str, now: datetime) -> Attempt | Locked:
    """Count this try, as a failure until it proves otherwise; where there were too many it is not looked at."""
    typed, client = _counted_as(email, client_address)
    if session.get_bind().dialect.name == "postgresql":
        # Tries at one address take turns, or as many as run at once would each see the count before the others.
        session.execute(select(func.pg_advisory_xact_lock(int(typed[:15], 16))))
    if queries.is_locked(session, kind, typed=typed, client=client, now=now):
        return Locked(say(TOO_MANY, minutes=limits.WINDOW_MINUTES))
    attempt = Attempt(kind=kind, key_hash=typed, address_hash=client, at=now, succeeded=False)
    session.add(attempt)
    return attempt


def _unlock(session: Session, user: User, now: datetime) -> None:
    """Failed sign-ins before this moment count no longer."""
    typed, nowhere = _counted_as(user.email, "")
    session.add(Attempt(kind=AttemptKind.LOGIN, key_hash=typed, address_hash=nowhere, at=now, succeeded=True))


def _add_user(session: Session, wanted: Registration, email: str, password_hash: str, now: datetime) -> User | None:
    """The new account, or None where the address has one."""
    user = User(
        email=email,
        name=wanted.name.strip(),
        password_hash=password_hash,
        language=wanted.language,
        consent_version=wanted.consent_version or None,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        return None
    return user


def _answer_registration(session: Session, user: User, *, is_new: bool, now: datetime) -> None:
    """An account that still waits is finished by choosing a password anew: its first one may be a stranger's."""
    if is_new:
        _send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
    elif user.email_verified_at is None:
        _send_letter(session, user, LetterKind.RESET_PASSWORD, "account.finish_registration", now)
    else:
        _request_letter(session, user, "account.already_registered", {}, now)
    _note(session, ANONYMOUS, "register" if is_new else "register_again", user, now)


def _send_letter(session: Session, user: User, kind: LetterKind, words: str, now: datetime) -> None:
    hours = limits.VERIFY_LETTER_HOURS if kind is LetterKind.VERIFY_EMAIL else limits.RESET_LETTER_HOURS
    token, expires_at = new_token(), now + timedelta(hours=hours)
    session.add(LetterToken(kind=kind, user_id=user.id, token_hash=fingerprint(token), expires_at=expires_at))
    _request_letter(session, user, words, {"token": token, "hours": str(hours)}, now)


def _request_letter(session: Session, user: User, words: str, facts: dict[str, str], now: datetime) -> None:
    """Without the name: somebody else may have typed it."""
    publish(session, LetterRequested(words, user.id, user.email, user.language, facts, now))


def _live_letter(session: Session, kind: LetterKind, token: str, now: datetime) -> tuple[LetterToken, User]:
    found = queries.live_letter(session, kind, token, now=now)
    if found is None:
        raise Conflict(say(LETTER_DEAD))
    return found


def _use_letters(session: Session, letter: LetterToken, now: datetime) -> None:
    """This letter and its elder sisters are used up."""
    session.execute(
        update(LetterToken)
        .where(LetterToken.user_id == letter.user_id, LetterToken.kind == letter.kind, LetterToken.used_at.is_(None))
        .values(used_at=now)
    )


def _end_sessions(session: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    session.execute(update(UserSession).where(UserSession.ended_at.is_(None), *which).values(ended_at=now))


def _this_grant(user: User, role: Role, area: str) -> tuple[ColumnElement[bool], ...]:
    return StaffGrant.user_id == user.id, StaffGrant.role == role, StaffGrant.area == area


def _person(user: User) -> Actor:
    return Actor(user.id, user.public_id)


def _note(session: Session, actor: Actor, action: str, user: User, now: datetime, **detail: str) -> None:
    audit.record(session, actor=actor, action=action, subject=subject_of(user), now=now, **detail)
