"""A sitting: a code by mail before work that needs it (judging), for those who have no second factor."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import limits, totp
from marketplace.accounts.models import AttemptKind, SittingCode, User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.counting import admit, locked
from marketplace.accounts.services.letters import request_letter
from marketplace.accounts.tokens import fingerprint
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, Invalid, Locked, NotFound
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _

CODE_WRONG = _("验证码不对、已经用过或已过期。可以再寄一个。")


def send_code(
    session: Session, actor: Actor, user: User, *, token: str, client_address: str, now: datetime
) -> Locked | None:
    """Send a code for this browser's session; a newer one replaces it. At most five in a quarter of an hour."""
    authorize(POLICY, "edit", actor, user)
    if isinstance(admit(session, AttemptKind.SEND_CODE, user.public_id, client_address, now), Locked):
        return locked()
    sitting = _session_of(session, user, token)
    code = str(secrets.randbelow(10**totp.DIGITS)).zfill(totp.DIGITS)
    expires_at = now + timedelta(minutes=limits.SITTING_CODE_MINUTES)
    kept = session.get(SittingCode, sitting.id, with_for_update=True)
    if kept is None:
        session.add(SittingCode(session_id=sitting.id, code_hash=_kept_as(token, code), expires_at=expires_at))
    else:
        kept.code_hash, kept.expires_at = _kept_as(token, code), expires_at
    facts = {"code": code, "minutes": str(limits.SITTING_CODE_MINUTES)}
    request_letter(session, user, "account.sitting_code", facts, now)
    audit.record(session, actor=actor, action="send_sitting_code", subject=_subject(user), now=now)
    return None


def begin(
    session: Session, actor: Actor, user: User, typed: str, *, token: str, client_address: str, now: datetime
) -> DomainError | None:
    """Begin the sitting with the code; it holds for some hours in this browser, and the code once."""
    authorize(POLICY, "edit", actor, user)
    attempt = admit(session, AttemptKind.SITTING, user.public_id, client_address, now)
    if isinstance(attempt, Locked):
        return attempt
    sitting = _session_of(session, user, token)
    kept = session.get(SittingCode, sitting.id, with_for_update=True)
    if kept is None or kept.expires_at <= now or kept.code_hash != _kept_as(token, totp.cleaned(typed)):
        audit.record(session, actor=actor, action="sitting_refused", subject=_subject(user), now=now)
        return Invalid({"code": CODE_WRONG})
    attempt.succeeded = True
    session.delete(kept)
    sitting.sitting_until = now + timedelta(hours=limits.SITTING_HOURS)
    audit.record(session, actor=actor, action="begin_sitting", subject=_subject(user), now=now)
    return None


def _session_of(session: Session, user: User, token: str) -> UserSession:
    found = session.scalar(
        select(UserSession).where(
            UserSession.token_hash == fingerprint(token), UserSession.user_id == user.id, UserSession.ended_at.is_(None)
        )
    )
    if found is None:
        raise NotFound
    return found


def _kept_as(token: str, code: str) -> str:
    return fingerprint(f"{token}:{code}")


def _subject(user: User) -> Subject:
    return Subject("user", user.public_id)
