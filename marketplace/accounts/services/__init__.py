"""Writes: how people come in, go out, and keep their keys. The caller owns the transaction.

What must be counted although it fails comes back as a value: raising would undo the count. What is raised was not
counted. None of the anonymous services tells whether an address is known.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts import passwords, queries, terms
from marketplace.accounts.addresses import fault_of, normalised
from marketplace.accounts.models import AttemptKind, Consent, LetterKind, StaffGrant, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.counting import admit, is_locked, locked
from marketplace.accounts.services.letters import live_letter, request_letter, send_letter, use_letters
from marketplace.accounts.services.sessions import Origin, end_sessions, open_session
from marketplace.accounts.tokens import fingerprint
from marketplace.audit import services as audit
from marketplace.core.actor import ANONYMOUS, STAFF_ROLES, Actor, Role
from marketplace.core.errors import DomainError, Invalid, Locked
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say

MAX_NAME_CHARACTERS = 80
NOBODY = "unknown"

NAME_ASKED = _("请填写姓名，最多 80 个字。")
REFUSED = _("邮箱或密码不对，或者邮箱还没有验证。密码对而邮箱还没有验证的，我们已再寄出一封验证邮件。")
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
    """What came of a sign-in: the browser's new token, or the refusal to show.

    Where ``awaits_factor`` the token opens nothing but the page that asks for the second factor.
    """

    token: str = ""
    awaits_factor: bool = False
    refusal: DomainError | None = None


def check_registration(registration: Registration) -> None:
    """Raise Invalid with everything that is wrong, the missing consent included."""
    faults = _faults_of_person(registration.name, normalised(registration.email), registration.password)
    if registration.consent_version != terms.VERSION:
        faults["consent"] = terms.CONSENT_ASKED
    if faults:
        raise Invalid(faults)


def examine_registration(session: Session, registration: Registration, *, client_address: str, now: datetime) -> str:
    """The password's hash, reading only; empty where there were too many tries."""
    check_registration(registration)
    if is_locked(session, AttemptKind.REGISTER, normalised(registration.email), client_address, now):
        return ""
    return passwords.hash_of(registration.password)  # whether or not the address is known, so that it takes as long


def register(
    session: Session, registration: Registration, *, password_hash: str, client_address: str, now: datetime
) -> Locked | None:
    """Make an account that waits for its letter; who has one already gets a letter saying so, and the same answer."""
    check_registration(registration)
    email = normalised(registration.email)
    attempt = admit(session, AttemptKind.REGISTER, email, client_address, now)
    if isinstance(attempt, Locked) or not password_hash:
        return locked()
    known = queries.find_user(session, email)
    added = None if known else add_user(session, registration, email, password_hash, now)
    user = added or known or queries.find_user(session, email)  # the last where somebody was quicker by an instant
    assert user is not None
    _answer_registration(session, user, is_new=added is not None, now=now)
    return None


def verify_email(session: Session, token: str, *, now: datetime) -> User:
    letter, user = live_letter(session, LetterKind.VERIFY_EMAIL, token, now)
    user.email_verified_at = user.email_verified_at or now
    use_letters(session, letter, now)
    _note(session, _person(user), "verify_email", user, now)
    return user


def examine(session: Session, *, email: str, password: str, client_address: str, now: datetime) -> Claim:
    """Compare a password, reading only: hashing takes its time, and nobody waits for the database meanwhile."""
    email = normalised(email)
    if is_locked(session, AttemptKind.LOGIN, email, client_address, now):
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


def sign_in(
    session: Session,
    claim: Claim,
    *,
    client_address: str,
    now: datetime,
    previous_token: str = "",
    origin: Origin | None = None,
) -> SignIn:
    """Count the try, and open a session where the claim holds: to its end, or to the question for a second factor."""
    attempt = admit(session, AttemptKind.LOGIN, claim.email, client_address, now)
    if isinstance(attempt, Locked):
        return SignIn(refusal=attempt)
    user = session.get(User, claim.user_id) if claim.user_id else None
    if user is None or user.email_verified_at is None:
        if user is not None:
            send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
        subject = Subject("user", claim.public_id)
        audit.record(session, actor=ANONYMOUS, action="sign_in_refused", subject=subject, now=now)
        return SignIn(refusal=DomainError(say(REFUSED)))
    attempt.succeeded = True
    user.password_hash = claim.better_hash or user.password_hash
    awaits_factor = queries.has_factor(session, user.id)
    token = open_session(
        session, user, origin=origin, awaits_factor=awaits_factor, previous_token=previous_token, now=now
    )
    _note(session, _person(user), "sign_in_awaits_factor" if awaits_factor else "sign_in", user, now)
    return SignIn(token, awaits_factor)


def sign_out(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """End this browser's session; the token opens nothing any more."""
    end_sessions(session, now, UserSession.token_hash == fingerprint(token), UserSession.user_id == actor.user_id)
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


def agree(session: Session, actor: Actor, user: User, *, version: str, token: str, now: datetime) -> None:
    """Agree to the terms in force, in this browser's session; ``version`` is the one that was read."""
    authorize(POLICY, "edit", actor, user)
    if version != terms.VERSION:
        raise Invalid({"consent": terms.CONSENT_ASKED})
    keep_consent(session, user, version, now)
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == fingerprint(token), UserSession.user_id == user.id)
        .values(asks_consent=False)
    )
    _note(session, actor, "agree", user, now, version=version)


def examine_person(*, email: str, name: str, password: str) -> str:
    """The hash of a new account's password, before anything is written. Raises Invalid with all that is wrong."""
    if faults := _faults_of_person(name, normalised(email), password):
        raise Invalid(faults)
    return passwords.hash_of(password)


def create_user(
    session: Session, actor: Actor, *, email: str, name: str, password_hash: str, verified: bool, now: datetime
) -> User:
    """Make an account for somebody, from the command line or by an operator; they are asked for consent themselves.

    ``password_hash`` is of :func:`examine_person`: nobody waits for the database while a password is hashed.
    """
    authorize(POLICY, "create", actor, None)
    email = normalised(email)
    wanted = Registration(name=name, email=email, password="", consent_version="")
    user = add_user(session, wanted, email, password_hash, now)
    if user is None:
        raise Invalid({"email": ADDRESS_TAKEN})
    if verified:
        user.email_verified_at = now
    else:
        send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
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


def subject_of(user: User) -> Subject:
    return Subject("user", user.public_id)


def _faults_of_person(name: str, email: str, password: str) -> dict[str, Message | str]:
    faults: dict[str, Message | str] = {}
    if not _is_name(name):
        faults["name"] = NAME_ASKED
    if fault := fault_of(email):
        faults["email"] = fault
    if weakness := passwords.weakness(password, email=email, name=name):
        faults["password"] = weakness
    return faults


def _is_name(name: str) -> bool:
    return 0 < len(name.strip()) <= MAX_NAME_CHARACTERS and name.isprintable()


def add_user(session: Session, wanted: Registration, email: str, password_hash: str, now: datetime) -> User | None:
    """The new account, or None where the address has one."""
    user = User(
        email=email,
        name=wanted.name.strip(),
        password_hash=password_hash,
        language=wanted.language,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        return None
    if wanted.consent_version:
        keep_consent(session, user, wanted.consent_version, now)
    return user


def keep_consent(session: Session, user: User, version: str, now: datetime) -> None:
    """Agreeing to one version twice is agreeing once."""
    kept = select(Consent.id).where(Consent.user_id == user.id, Consent.version == version)
    if session.scalar(kept) is None:
        session.add(Consent(user_id=user.id, version=version, agreed_at=now))
    user.consent_version = version


def _answer_registration(session: Session, user: User, *, is_new: bool, now: datetime) -> None:
    """An account that still waits is finished by choosing a password anew: its first one may be a stranger's."""
    if is_new:
        send_letter(session, user, LetterKind.VERIFY_EMAIL, "account.verify_email", now)
    elif user.email_verified_at is None:
        send_letter(session, user, LetterKind.RESET_PASSWORD, "account.finish_registration", now)
    else:
        request_letter(session, user, "account.already_registered", {}, now)
    _note(session, ANONYMOUS, "register" if is_new else "register_again", user, now)


def _this_grant(user: User, role: Role, area: str) -> tuple[ColumnElement[bool], ...]:
    return StaffGrant.user_id == user.id, StaffGrant.role == role, StaffGrant.area == area


def _person(user: User) -> Actor:
    return Actor(user.id, user.public_id)


def _note(session: Session, actor: Actor, action: str, user: User, now: datetime, **detail: str) -> None:
    audit.record(session, actor=actor, action=action, subject=subject_of(user), now=now, **detail)
