"""Tokens to test with."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.organisations.models import Organisation
from marketplace.tokens.models import ApiToken
from marketplace.tokens.scopes import SCOPES
from marketplace.tokens.services import PREFIX
from tests.conftest import NOON


def a_token(session: Session, user: User, organisation: Organisation | None = None, **overrides: Any) -> str:
    """The secret of a token with every scope, which does not expire."""
    secret = PREFIX + new_token()
    facts: dict[str, Any] = {
        "user_id": user.id,
        "organisation_id": organisation.id if organisation else None,
        "name": "测试程序",
        "token_hash": fingerprint(secret),
        "scopes": list(SCOPES),
        "created_at": NOON,
        "last_used_at": datetime.max.replace(year=2999, tzinfo=NOON.tzinfo),
    }
    session.add(ApiToken(**facts | overrides))
    session.flush()
    return secret
