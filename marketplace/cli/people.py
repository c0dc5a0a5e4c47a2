"""Who a command acts as: a person by e-mail, with all that was granted to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import find_user
from marketplace.accounts.standing import SignedIn, acting
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.text import _, say
from marketplace.organisations.queries import viewer_of

NO_SUCH_PERSON = _("没有邮箱为 %(email)s 的账户。")
DISABLED = _("邮箱为 %(email)s 的账户已停用。")


def user_by_email(session: Session, email: str) -> User:
    user = find_user(session, email)
    if user is None:
        raise NotFound(say(NO_SUCH_PERSON, email=email))
    return user


def actor_by_email(session: Session, email: str, *, now: datetime) -> Actor:
    """The person with the same rights as in a browser."""
    user = user_by_email(session, email)
    if user.disabled_at is not None:
        raise NotFound(say(DISABLED, email=email))
    person = SignedIn(0, user.id, user.public_id, user.name, None, now, now)
    return acting(person, viewer_of(session, person))
