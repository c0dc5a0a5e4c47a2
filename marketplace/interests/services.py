"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.achievements.models import Achievement
from marketplace.achievements.timing import has_expired
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.interests import queries
from marketplace.interests.lifecycle import LIFECYCLE, Side
from marketplace.interests.models import Interest, InterestMessage
from marketplace.interests.policies import ACHIEVEMENT_RULES, POLICY, writes_for_seeker
from marketplace.notifications.services import notify_organisation
from marketplace.organisations.services import must_be_verified

MOST_WAITING = 50
"""So many interests of one organisation may wait for an owner's answer at a time."""
WORDS_ASKED = _("请填写内容。")
REASON_ASKED = _("请写明查看的理由，双方会看到。")
NOT_LISTED = _("成果挂牌已到期，不能再表达意向。")
TOO_MANY_WAIT = _("贵单位已有 %(count)d 项意向等待答复，请等答复后再发。")


def express(session: Session, actor: Actor, achievement: Achievement, *, words: str | None, now: datetime) -> Interest:
    """Write to the owner for one's current organisation, which must be verified; an earlier one is taken up again."""
    authorize(ACHIEVEMENT_RULES, "express", actor, achievement)
    organisation_id = actor.current_organisation_id
    if organisation_id is None or not actor.writes_for(organisation_id):
        raise NotAllowed
    if has_expired(achievement.listed_until, now=now):
        raise Conflict(NOT_LISTED)
    _must_say_something(words)
    must_be_verified(session, organisation_id)
    interest = queries.interest_of(session, achievement, organisation_id)
    if interest is None:
        if queries.count_waiting(session, organisation_id) >= MOST_WAITING:
            raise Conflict(say(TOO_MANY_WAIT, count=MOST_WAITING))
        interest = Interest(
            achievement=achievement, organisation_id=organisation_id, awaits=Side.OWNER, opened_at=now, last_at=now
        )
        session.add(interest)
        session.flush()
        action = "express"
    else:
        action = "reopen" if "reopen" in LIFECYCLE.actions_from(interest.state) else "reply"
        interest.state, interest.closed_at = LIFECYCLE.target(action, interest.state), None
    _write(session, actor, interest, side=Side.SEEKER, words=words, now=now)
    _record(session, actor, interest, action, side=Side.SEEKER, now=now)
    _tell(session, interest, Side.OWNER, "interest.expressed" if action == "express" else "interest.replied", now)
    return interest


def reply(session: Session, actor: Actor, interest: Interest, *, words: str | None, now: datetime) -> Interest:
    """Write to the other side of an open interest."""
    authorize(POLICY, "reply", actor, interest)
    interest.state = LIFECYCLE.target("reply", interest.state)
    _must_say_something(words)
    side = side_of(actor, interest)
    _write(session, actor, interest, side=side, words=words, now=now)
    _record(session, actor, interest, "reply", side=side, now=now)
    _tell(session, interest, side.other, "interest.replied", now)
    return interest


def close(session: Session, actor: Actor, interest: Interest, *, now: datetime) -> Interest:
    """End it; nothing more can be written, and what was written stays for both to read."""
    authorize(POLICY, "close", actor, interest)
    interest.state, interest.closed_at = LIFECYCLE.target("close", interest.state), now
    side = side_of(actor, interest)
    _record(session, actor, interest, "close", side=side, now=now)
    _tell(session, interest, side.other, "interest.closed", now)
    return interest


def inspect(session: Session, actor: Actor, interest: Interest, *, reason: str | None, now: datetime) -> None:
    """An operator reads the words: never without a reason, and both sides find it in the history."""
    authorize(POLICY, "inspect", actor, interest)
    if not reason:
        raise Invalid({"reason": REASON_ASKED})
    subject = Subject("interest", interest.public_id)
    audit.record(session, actor=actor, action="inspect", subject=subject, now=now, **{"as": "operator"}, reason=reason)


def side_of(actor: Actor, interest: Interest) -> Side:
    """For which side somebody writes; of an organisation that cannot be both."""
    return Side.SEEKER if writes_for_seeker(actor, interest) else Side.OWNER


def _must_say_something(words: str | None) -> None:
    if not words:
        raise Invalid({"words": WORDS_ASKED})


def _write(session: Session, actor: Actor, interest: Interest, *, side: Side, words: str | None, now: datetime) -> None:
    message = InterestMessage(interest_id=interest.id, side=side, author_id=actor.user_id, body=words, sent_at=now)
    session.add(message)
    interest.awaits, interest.last_at = side.other, now


def _record(session: Session, actor: Actor, interest: Interest, action: str, *, side: Side, now: datetime) -> None:
    subject = Subject("interest", interest.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **{"as": str(side)})


def _tell(session: Session, interest: Interest, side: Side, kind: str, now: datetime) -> None:
    """The people who write for a side; what was written stands on the page alone."""
    told = interest.organisation_id if side is Side.SEEKER else interest.achievement.organisation_id
    subject, facts = Subject("interest", interest.public_id), {"title": interest.achievement.title}
    notify_organisation(session, told, kind=kind, subject=subject, facts=facts, now=now)
