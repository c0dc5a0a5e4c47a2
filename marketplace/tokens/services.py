"""Writes: tokens, and the answers to requests that must not be executed twice. The caller owns the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say
from marketplace.tokens import limits, queries, scopes
from marketplace.tokens.models import ApiAnswer, ApiToken
from marketplace.tokens.policies import POLICY

PREFIX = "jb_"
"""So that a token is known for one wherever it turns up."""
MAX_NAME_CHARACTERS = 80
NAME_ASKED = _("请给令牌起个名字，最多 80 个字，例如用它的程序叫什么。")
DAYS_WRONG = _("有效期是 1 到 %(most)d 天。")
KEY_REUSED = _("这个 Idempotency-Key 已用于另一个请求，请换一个。")
UNDER_WAY = _("同一个请求正在执行，请稍后再取结果。")
ANSWER_LOST = _("这个请求已经执行过，但当时的回答没有留下来。请直接查看结果，不要重复提交。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A token as asked for; ``days`` None never expires."""

    name: str
    scopes: Sequence[str]
    organisation_id: int | None = None
    days: int | None = limits.DEFAULT_DAYS


class KeyReused(DomainError):
    """The same key with another request (422)."""

    default = KEY_REUSED


class UnderWay(Conflict):
    """The first request with this key has no answer yet."""

    default = UNDER_WAY


def create_token(session: Session, actor: Actor, user: User, wish: Wish, *, now: datetime) -> tuple[ApiToken, str]:
    """The row and the token itself, which is kept nowhere. ``user`` is the actor, or whoever the system acts for.

    Whether they belong to the organisation is asked by the caller, who knows organisations.
    """
    authorize(POLICY, "create", actor, None)
    if actor.is_signed_in and actor.user_id != user.id:
        raise NotAllowed
    _check(wish)
    secret = PREFIX + new_token()
    token = ApiToken(
        user_id=user.id,
        organisation_id=wish.organisation_id,
        name=wish.name.strip(),
        token_hash=fingerprint(secret),
        scopes=scopes.in_order(wish.scopes),
        created_at=now,
        expires_at=now + timedelta(days=wish.days) if wish.days else None,
    )
    session.add(token)
    session.flush()
    _note(session, actor, "create", token, now, scopes=token.scopes, user=user.public_id)
    return token, secret


def revoke_token(session: Session, actor: Actor, token: ApiToken, *, now: datetime) -> None:
    """It opens nothing from the next request on. Revoking it twice changes nothing."""
    authorize(POLICY, "revoke", actor, token)
    if token.revoked_at is None:
        token.revoked_at = now
        _note(session, actor, "revoke", token, now)


def revoke_tokens_for(session: Session, *, user_id: int, organisation_id: int, now: datetime) -> None:
    """The person belongs to the organisation no longer: should they come back, nothing of before opens again."""
    acting_for = (ApiToken.user_id == user_id, ApiToken.organisation_id == organisation_id)
    session.execute(update(ApiToken).where(*acting_for, ApiToken.revoked_at.is_(None)).values(revoked_at=now))


def forget_tokens(session: Session, *, user_id: int) -> None:
    """Everything of a person who closed their account, with the answers that their programs were given."""
    own = select(ApiToken.id).where(ApiToken.user_id == user_id)
    session.execute(delete(ApiAnswer).where(ApiAnswer.token_id.in_(own)))
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))


def note_used(session: Session, token_id: int, *, now: datetime) -> None:
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def begin(session: Session, *, token_id: int, key: str, request_hash: str, now: datetime) -> ApiAnswer:
    """The place of a request's answer: a new one to be filled, or the one that was given.

    Raises KeyReused where the key stands for another request, UnderWay while the first has no answer, and Conflict
    where it took effect but its answer was lost with its process.
    """
    answer = ApiAnswer(token_id=token_id, key=key, request_hash=request_hash, started_at=now)
    try:
        with session.begin_nested():
            session.add(answer)
        return answer
    except IntegrityError:
        pass
    given = queries.find_answer(session, token_id, key)
    if given is None:
        raise UnderWay
    if now - given.started_at >= timedelta(hours=limits.ANSWERS_KEPT_HOURS):
        return _taken_over(session, given, request_hash, now)
    if given.request_hash != request_hash:
        raise KeyReused
    if given.status is not None:
        return given
    if not limits.is_abandoned(started_at=given.started_at, now=now):
        raise UnderWay
    if given.executed_at is not None:
        raise Conflict(say(ANSWER_LOST))
    return _taken_over(session, given, request_hash, now)


def mark_executed(session: Session, answer_id: int, *, now: datetime) -> None:
    """Part of the request's own transaction: the mark is there exactly when the effect is."""
    session.execute(update(ApiAnswer).where(ApiAnswer.id == answer_id).values(executed_at=now))


def keep_answer(session: Session, answer_id: int, *, status: int, headers: Mapping[str, str], body: str) -> None:
    session.execute(
        update(ApiAnswer).where(ApiAnswer.id == answer_id).values(status=status, headers=dict(headers), body=body)
    )


def forget_answer(session: Session, answer_id: int) -> None:
    """The request failed on our side and took no effect: it may be tried again with the same key."""
    session.execute(delete(ApiAnswer).where(ApiAnswer.id == answer_id, ApiAnswer.executed_at.is_(None)))


def forget_answers(session: Session, *, now: datetime) -> None:
    """Drop answers that are kept no longer. For the worker, now and then."""
    kept_since = now - timedelta(hours=limits.ANSWERS_KEPT_HOURS)
    session.execute(delete(ApiAnswer).where(ApiAnswer.started_at < kept_since))


def _taken_over(session: Session, answer: ApiAnswer, request_hash: str, now: datetime) -> ApiAnswer:
    """One of those who find an abandoned request goes on with it; the others come too late."""
    fresh = {"request_hash": request_hash, "started_at": now, "executed_at": None}
    taken = session.execute(
        update(ApiAnswer)
        .where(ApiAnswer.id == answer.id, ApiAnswer.started_at == answer.started_at)
        .values(**fresh, status=None, headers=None, body=None)
    )
    assert isinstance(taken, CursorResult)
    if taken.rowcount != 1:
        raise UnderWay
    session.refresh(answer)
    return answer


def _check(wish: Wish) -> None:
    faults: dict[str, Message | str] = {}
    name = wish.name.strip()
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
        faults["name"] = NAME_ASKED
    if fault := scopes.fault_of(wish.scopes):
        faults["scopes"] = fault
    if wish.days is not None and not 0 < wish.days <= limits.LONGEST_DAYS:
        faults["days"] = say(DAYS_WRONG, most=limits.LONGEST_DAYS)
    if faults:
        raise Invalid(faults)


def _note(session: Session, actor: Actor, action: str, token: ApiToken, now: datetime, **detail: object) -> None:
    subject = Subject("api_token", token.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **detail)
