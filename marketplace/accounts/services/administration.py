"""What operators do about the accounts of others: block and unblock them, with a reason, and end their sessions."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import User, UserSession
from marketplace.accounts.policies import POLICY
from marketplace.accounts.services.sessions import end_sessions
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _

MAX_REASON = 500

REASON_ASKED = _("请写明理由，会记在日志里；最多 500 个字。")
IS_BLOCKED = _("这个账户已经停用。")
IS_NOT_BLOCKED = _("这个账户没有停用。")
IS_ERASED = _("这个账户已由本人注销，不能恢复。")


def block(session: Session, actor: Actor, user: User, *, reason: str, now: datetime) -> None:
    """The account opens nothing from now on, its sessions end; what it did stays. Nobody blocks themselves."""
    authorize(POLICY, "block", actor, user)
    if user.disabled_at is not None:
        raise Conflict(IS_BLOCKED)
    _check(reason)
    user.disabled_at = now
    end_sessions(session, now, UserSession.user_id == user.id)
    _note(session, actor, "block", user, now, reason=reason)


def unblock(session: Session, actor: Actor, user: User, *, reason: str, now: datetime) -> None:
    """The account works again, with the password and the roles that it had."""
    authorize(POLICY, "unblock", actor, user)
    if user.erased_at is not None:
        raise Conflict(IS_ERASED)
    if user.disabled_at is None:
        raise Conflict(IS_NOT_BLOCKED)
    _check(reason)
    user.disabled_at = None
    _note(session, actor, "unblock", user, now, reason=reason)


def end_sessions_of(session: Session, actor: Actor, user: User, *, now: datetime) -> int:
    """End every session of somebody else; how many there were."""
    authorize(POLICY, "end_sessions_of", actor, user)
    ended = end_sessions(session, now, UserSession.user_id == user.id)
    _note(session, actor, "end_sessions_of", user, now, sessions=str(ended))
    return ended


def _check(reason: str) -> None:
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise Invalid({"reason": REASON_ASKED})


def _note(session: Session, actor: Actor, action: str, user: User, now: datetime, **detail: str) -> None:
    subject = Subject("user", user.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **{"as": "operator"}, **detail)
