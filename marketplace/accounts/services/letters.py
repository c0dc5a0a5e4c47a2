"""Letters with a one-time link: asked for here, written and sent by the notifications."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from marketplace.accounts import limits, queries
from marketplace.accounts.events import LetterRequested
from marketplace.accounts.models import LetterKind, LetterToken, User
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.core.errors import Conflict
from marketplace.core.events import publish
from marketplace.core.text import _, say

LETTER_DEAD = _("这个链接已失效或已经用过。已经验证过邮箱的请直接登录；否则登录一次或重新申请，我们会寄出新的邮件。")


def send_letter(session: Session, user: User, kind: LetterKind, words: str, now: datetime) -> None:
    hours = limits.VERIFY_LETTER_HOURS if kind is LetterKind.VERIFY_EMAIL else limits.RESET_LETTER_HOURS
    token, expires_at = new_token(), now + timedelta(hours=hours)
    session.add(LetterToken(kind=kind, user_id=user.id, token_hash=fingerprint(token), expires_at=expires_at))
    request_letter(session, user, words, {"token": token, "hours": str(hours)}, now)


def request_letter(session: Session, user: User, words: str, facts: dict[str, str], now: datetime) -> None:
    """Without the name: somebody else may have typed it."""
    publish(session, LetterRequested(words, user.id, user.email, user.language, facts, now))


def live_letter(session: Session, kind: LetterKind, token: str, now: datetime) -> tuple[LetterToken, User]:
    found = queries.live_letter(session, kind, token, now=now)
    if found is None:
        raise Conflict(say(LETTER_DEAD))
    return found


def use_letters(session: Session, letter: LetterToken, now: datetime) -> None:
    """This letter and its elder sisters are used up."""
    session.execute(
        update(LetterToken)
        .where(LetterToken.user_id == letter.user_id, LetterToken.kind == letter.kind, LetterToken.used_at.is_(None))
        .values(used_at=now)
    )


def forget_letters(session: Session, *, now: datetime) -> None:
    """Drop tokens that have opened nothing for a while. For the worker, now and then."""
    session.execute(delete(LetterToken).where(LetterToken.expires_at < now - timedelta(days=limits.LETTERS_KEPT_DAYS)))
