"""What other features' news become: letters."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from marketplace.accounts.events import AccountErased, LetterRequested
from marketplace.accounts.models import User
from marketplace.audit.events import HeadsPublished, LogBroken
from marketplace.core.actor import Role
from marketplace.core.calendar import beijing, day_of
from marketplace.core.events import subscribe
from marketplace.core.news import news_of
from marketplace.core.subject import Subject
from marketplace.files.events import InfectedFileRemoved
from marketplace.notifications.models import Choice, Delivery, Digest, Notification
from marketplace.notifications.services import notify, notify_organisation, notify_staff, queue
from marketplace.organisations.events import (
    InvitationLetter,
    MembershipChanged,
    OrganisationChanged,
    OrganisationNews,
)

KIND_BY_ACTION = {
    "verify": "organisation.verified",
    "reject": "organisation.rejected",
    "suspend": "organisation.suspended",
}
NEWS_OF_ORGANISATIONS = {
    "qualification_confirmed": "organisation.qualification_confirmed",
    "qualification_refused": "organisation.qualification_refused",
    "commissioner": "organisation.commissioner",
}
KIND_BY_CHANGE = {
    "accept_invitation": "organisation.joined",
    "change_role": "organisation.role_changed",
    "remove_member": "organisation.member_removed",
}


@subscribe(LetterRequested)
def write_to_the_person(session: Session, event: LetterRequested) -> None:
    """To the address as it was typed; what an inbox may hold goes there too, and by the channels the person wants."""
    if news_of(event.kind).in_inbox:
        subject = Subject("user", session.get_one(User, event.user_id).public_id)
        notify(session, [event.user_id], kind=event.kind, subject=subject, facts=event.facts, now=event.now)
        return
    recipient = (event.email, event.language)
    queue(session, recipient, kind=event.kind, facts=event.facts, now=event.now, user_id=event.user_id)


@subscribe(AccountErased)
def forget_what_the_person_was_told(session: Session, event: AccountErased) -> None:
    """Letters first: those not yet sent are never sent."""
    session.execute(delete(Delivery).where(or_(Delivery.user_id == event.user_id, Delivery.recipient == event.email)))
    for table in (Notification, Choice, Digest):
        session.execute(delete(table).where(table.user_id == event.user_id))


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


@subscribe(MembershipChanged)
def tell_the_members(session: Session, event: MembershipChanged) -> None:
    notify(
        session,
        event.user_ids,
        kind=KIND_BY_CHANGE[event.action],
        subject=Subject("organisation", event.organisation.public_id),
        facts={"title": event.organisation.name},
        now=event.now,
    )


@subscribe(OrganisationNews)
def tell_its_people(session: Session, event: OrganisationNews) -> None:
    notify_organisation(
        session,
        event.organisation.id,
        kind=NEWS_OF_ORGANISATIONS[event.kind],
        subject=Subject("organisation", event.organisation.public_id),
        facts={"title": event.organisation.name, **event.facts},
        now=event.now,
    )


@subscribe(InvitationLetter)
def write_to_the_address(session: Session, event: InvitationLetter) -> None:
    recipient = (event.email, event.language)
    queue(session, recipient, kind="organisation.invitation", facts=event.facts, now=event.now)


@subscribe(InfectedFileRemoved)
def tell_the_uploader(session: Session, event: InfectedFileRemoved) -> None:
    if event.uploaded_by is None:
        return
    facts = {"title": event.title, "name": event.name, "virus": event.virus, "kind": event.subject.kind}
    notify(session, [event.uploaded_by], kind="file.infected", subject=event.subject, facts=facts, now=event.now)


@subscribe(HeadsPublished)
def mail_the_head(session: Session, event: HeadsPublished) -> None:
    """Out of reach of whoever may change the database. The last of several days stands on all before it."""
    last = event.heads[-1]
    facts = {
        "day": last.day.isoformat(),
        "head": last.head,
        "key": last.key_id,
        "published_at": beijing(last.published_at).isoformat(timespec="microseconds"),
        "signature": last.signature,
    }
    subject = Subject("log", facts["day"])
    notify_staff(session, Role.SUPERVISOR, kind="site.log_head", subject=subject, facts=facts, now=event.now)


@subscribe(LogBroken)
def warn_of_the_log(session: Session, event: LogBroken) -> None:
    subject, facts = Subject("log", day_of(event.now).isoformat()), {"number": str(event.broken.number)}
    notify_staff(session, Role.SUPERVISOR, kind="site.log_broken", subject=subject, facts=facts, now=event.now)
