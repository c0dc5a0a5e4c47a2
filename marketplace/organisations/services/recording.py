"""What every write of an organisation leaves behind: an entry in the log, and news for whoever listens."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.core.actor import Actor, Role
from marketplace.core.events import publish
from marketplace.core.subject import Subject
from marketplace.organisations.events import OrganisationChanged
from marketplace.organisations.models import Organisation


def changed(
    session: Session, actor: Actor, organisation: Organisation, action: str, now: datetime, **detail: object
) -> None:
    record(session, actor, organisation, action, now, **detail)
    fields = detail.get("fields")
    publish(session, OrganisationChanged(organisation, action, now, tuple(fields) if isinstance(fields, list) else ()))


def record(
    session: Session, actor: Actor, organisation: Organisation, action: str, now: datetime, **detail: object
) -> None:
    facts = {"state": str(organisation.state), "as": _acting_as(actor, organisation), **detail}
    audit.record(
        session, actor=actor, action=action, subject=Subject("organisation", organisation.public_id), now=now, **facts
    )


def _acting_as(actor: Actor, organisation: Organisation) -> str:
    """In which role the person acted: what history shows instead of a name."""
    if actor.is_system:
        return "system"
    own = [grant.role for grant in actor.grants if grant.organisation_id == organisation.id]
    return str(next(iter(own), Role.OPERATOR))
