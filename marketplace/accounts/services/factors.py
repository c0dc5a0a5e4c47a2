"""Second factors: set up, passed at the sign-in, renewed, taken away. The caller owns the transaction.

A refusal that must be counted comes back as a value: raising would undo the count.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries, totp
from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import AttemptKind, RecoveryCode, TotpFactor, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.counting import admit
from marketplace.accounts.services.keys import keep
from marketplace.accounts.services.sessions import end_sessions
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.audit import services as audit
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.errors import Conflict, DomainError, Invalid, Locked, NotAllowed
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _

CODE_WRONG = _("验证码不对、已经用过或已过期。请填写验证器里当前的六位数字。")
CODE_OR_RECOVERY_WRONG = _("验证码不对、已经用过或已过期。请填写验证器里当前的六位数字，或一个没有用过的恢复码。")
SIGN_IN_AGAIN = _("等待验证的时间已过，请重新登录。")
HAS_ONE = _("这个账户已启用两步验证。")
HAS_NONE = _("这个账户还没有启用两步验证。")
STAFF_KEEP_IT = _("平台工作人员必须使用两步验证，不能关闭。")


@dataclass(frozen=True, slots=True)
class Given:
    """A code as typed, by whom it is read, whence and when it came."""

    code: str
    keyring: KeyRing
    client_address: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of a code: the browser's new token, or the refusal to show; ``codes_left`` after a recovery code."""

    token: str = ""
    refusal: DomainError | None = None
    codes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """Fresh recovery codes, to be shown this once, or the refusal to show."""

    codes: tuple[str, ...] = ()
    refusal: DomainError | None = None


def start(session: Session, actor: Actor, user: User, *, keyring: KeyRing, now: datetime) -> None:
    """Choose a secret; it is worth nothing until a code of it is given. Starting again replaces it."""
    authorize(POLICY, "set_up_factor", actor, user)
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is not None and factor.confirmed_at:
        raise Conflict(HAS_ONE)
    secret = keep(session, keyring, user, totp.new_secret(), now=now)
    if factor is None:
        session.add(TotpFactor(user_id=user.id, secret=secret, last_step=0, created_at=now))
    else:
        factor.secret, factor.last_step, factor.created_at = secret, 0, now


def confirm(session: Session, actor: Actor, user: User, given: Given, *, token: str) -> Codes:
    """Prove to have the secret: from now on it is asked for. Ends every other session, which never gave it."""
    authorize(POLICY, "set_up_factor", actor, user)
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None or factor.confirmed_at:
        raise Conflict(HAS_ONE if factor else HAS_NONE)
    refusal = _refusal_of(session, user, factor, given)
    if refusal:
        return Codes(refusal=refusal)
    factor.confirmed_at = given.now
    end_sessions(session, given.now, UserSession.user_id == user.id, UserSession.token_hash != fingerprint(token))
    _note(session, actor, "set_up_factor", user, given.now)
    return Codes(_new_codes(session, user))


def pass_factor(session: Session, token: str, given: Given) -> Passed:
    """Open the session that waits for its second factor, under a new token; a recovery code does as well, once."""
    found = queries.waiting_session(session, token, now=given.now)
    factor = session.get(TotpFactor, found[1].id, with_for_update=True) if found else None
    if found is None or factor is None:
        return Passed(refusal=Conflict(SIGN_IN_AGAIN))
    waiting, user = found
    attempt = admit(session, AttemptKind.FACTOR, user.public_id, given.client_address, given.now)
    if isinstance(attempt, Locked):
        return Passed(refusal=attempt)
    is_recovery = not totp.is_code(totp.cleaned(given.code))
    if not (_use_recovery_code(session, user, given) if is_recovery else _take(session, factor, given)):
        _note(session, ANONYMOUS, "factor_refused", user, given.now)
        return Passed(refusal=Invalid({"code": CODE_OR_RECOVERY_WRONG}))
    attempt.succeeded = True
    fresh = new_token()
    waiting.token_hash, waiting.awaits_factor = fingerprint(fresh), False
    waiting.started_at = waiting.seen_at = given.now
    _note(session, _person(user), "sign_in", user, given.now, factor="recovery_code" if is_recovery else "totp")
    session.flush()
    return Passed(fresh, codes_left=queries.unused_recovery_codes(session, user.id) if is_recovery else None)


def renew_codes(session: Session, actor: Actor, user: User, given: Given) -> Codes:
    """New recovery codes for a current code; the old ones open nothing any more."""
    authorize(POLICY, "set_up_factor", actor, user)
    refusal = _refusal_of(session, user, _own(session, user), given)
    if refusal:
        return Codes(refusal=refusal)
    _note(session, actor, "renew_recovery_codes", user, given.now)
    return Codes(_new_codes(session, user))


def give_up(session: Session, actor: Actor, user: User, given: Given, *, is_required: bool) -> DomainError | None:
    """Do without a second factor again, for a current code; ``is_required`` where this person's roles ask for one."""
    authorize(POLICY, "set_up_factor", actor, user)
    if is_required:
        raise NotAllowed(STAFF_KEEP_IT)
    refusal = _refusal_of(session, user, _own(session, user), given)
    if refusal is None:
        _remove(session, user)
        _note(session, actor, "give_up_factor", user, given.now)
    return refusal


def reset_factor(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Take away the factor of somebody who lost it and every recovery code, and end their sessions."""
    authorize(POLICY, "reset_factor", actor, user)
    _own(session, user)
    _remove(session, user)
    end_sessions(session, now, UserSession.user_id == user.id)
    _note(session, actor, "reset_factor", user, now)


def _own(session: Session, user: User) -> TotpFactor:
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        raise Conflict(HAS_NONE)
    return factor


def _refusal_of(session: Session, user: User, factor: TotpFactor, given: Given) -> DomainError | None:
    """Count and take a code of somebody who is signed in; None where it was right."""
    attempt = admit(session, AttemptKind.FACTOR, user.public_id, given.client_address, given.now)
    if isinstance(attempt, Locked):
        return attempt
    if not _take(session, factor, given):
        _note(session, _person(user), "factor_refused", user, given.now)
        return Invalid({"code": CODE_WRONG})
    attempt.succeeded = True
    return None


def _take(session: Session, factor: TotpFactor, given: Given) -> bool:
    """Whether the code is right and fresh; its half minute and all before are used up."""
    secret = queries.words_of(session, given.keyring, [factor.secret]).get(factor.secret)
    code = totp.cleaned(given.code)
    step = totp.matching_step(secret, code, after=factor.last_step, now=given.now) if secret else None
    if step is None:
        return False
    factor.last_step = step
    return True


def _use_recovery_code(session: Session, user: User, given: Given) -> bool:
    found = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _kept_as(user, given.code),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        return False
    found.used_at = given.now
    return True


def _new_codes(session: Session, user: User) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = totp.new_recovery_codes()
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_kept_as(user, code)) for code in codes)
    return tuple(codes)


def _kept_as(user: User, code: str) -> str:
    return fingerprint(f"{user.public_id}:{totp.cleaned(code)}")


def _remove(session: Session, user: User) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id))


def _person(user: User) -> Actor:
    return Actor(user.id, user.public_id)


def _note(session: Session, actor: Actor, action: str, user: User, now: datetime, **detail: str) -> None:
    audit.record(session, actor=actor, action=action, subject=Subject("user", user.public_id), now=now, **detail)
