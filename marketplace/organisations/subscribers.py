"""What other features' news mean to organisations."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.events import AccountErased
from marketplace.core.actor import Actor
from marketplace.core.events import subscribe
from marketplace.organisations.models import Invitation, Membership, Organisation
from marketplace.organisations.services.members import leave


@subscribe(AccountErased)
def leave_every_organisation(session: Session, event: AccountErased) -> None:
    """Raises Conflict, and so keeps the account, where an organisation would be left without an owner."""
    rows = session.execute(
        select(Organisation, Membership)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == event.user_id)
        .order_by(Organisation.id)
    ).all()
    for organisation, membership in rows:
        leave(session, Actor(event.user_id, event.public_id), organisation, membership, now=event.now)
    session.execute(delete(Invitation).where(Invitation.email == event.email))
