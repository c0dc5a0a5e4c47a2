"""Second factors to test with."""

from datetime import datetime, timedelta

import pyotp
from sqlalchemy.orm import Session

from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.models import TotpFactor, User
from marketplace.accounts.services.keys import keep
from tests.conftest import NOON

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = timedelta(seconds=30)


def a_factor(session: Session, user: User, keyring: KeyRing, *, confirmed_at: datetime | None = NOON) -> TotpFactor:
    """A second factor whose secret is ``SECRET``."""
    secret = keep(session, keyring, user, SECRET, now=NOON)
    factor = TotpFactor(user_id=user.id, secret=secret, last_step=0, created_at=NOON, confirmed_at=confirmed_at)
    session.add(factor)
    session.flush()
    return factor


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(moment)
