"""What other features' news mean to tokens."""

from sqlalchemy.orm import Session

from marketplace.accounts.events import AccountErased
from marketplace.core.events import subscribe
from marketplace.tokens.services import forget_tokens


@subscribe(AccountErased)
def forget_every_token(session: Session, event: AccountErased) -> None:
    forget_tokens(session, user_id=event.user_id)
