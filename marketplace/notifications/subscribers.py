"""What other features' news become: letters."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.events import AccountErased, LetterRequested
from marketplace.core.events import subscribe
from marketplace.core.subject import Subject
from marketplace.files.events import InfectedFileRemoved
from marketplace.notifications.models import Delivery
from marketplace.notifications.services import notify, notify_organisation, queue
from marketplace.organisations.events import OrganisationChanged

KIND_BY_ACTION = {
    "verify": "organisation.verified",
    "reject": "organisation.rejected",
    "suspend": "organisation.suspended",
}


@subscribe(LetterRequested)
def write_to_the_person(session: Session, event: LetterRequested) -> None:
    queue(session, (event.email, event.language), kind=event.kind, facts=event.facts, now=event.now)


@subscribe(AccountErased)
def forget_letters_to_the_person(session: Session, event: AccountErased) -> None:
    session.execute(delete(Delivery).where(Delivery.recipient == event.email))


@subscribe(OrganisationChanged)
def tell_the_organisation(session: Session, event: OrganisationChanged) -> None:
    kind = KIND_BY_ACTION.get(event.action)
    if kind is None:
        return
    organisation = event.organisation
    notify_organisation(
        session,
        organisation.id,
        kind=kind,
        subject=Subject("organisation", organisation.public_id),
        facts={"title": organisation.name, "reason": organisation.state_reason or ""},
        now=event.now,
    )


@subscribe(InfectedFileRemoved)
def tell_the_uploader(session: Session, event: InfectedFileRemoved) -> None:
    if event.uploaded_by is None:
        return
    facts = {"title": event.title, "name": event.name, "virus": event.virus, "kind": event.subject.kind}
    notify(session, [event.uploaded_by], kind="file.infected", subject=event.subject, facts=facts, now=event.now)
