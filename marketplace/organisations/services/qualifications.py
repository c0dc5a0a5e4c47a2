"""Qualifications: claimed by an organisation with number and validity, confirmed by an operator who saw the
certificate. And the commissioner (服务专员) who looks after an organisation."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.text import Message, _
from marketplace.organisations.events import OrganisationNews
from marketplace.organisations.lifecycle import QUALIFICATION, QualificationState
from marketplace.organisations.models import Organisation, Qualification
from marketplace.organisations.policies import POLICY
from marketplace.organisations.qualifications import QualificationKind
from marketplace.organisations.queries import qualifications as queries
from marketplace.organisations.services.recording import changed, record

MAX_NUMBER, MAX_ISSUER, MAX_REASON = 60, 120, 500

NUMBER_ASKED = _("请填写证书或文件编号，最多 60 个字。")
ISSUER_ASKED = _("请填写认定单位，最多 120 个字。")
ORDER_WRONG = _("有效期的最后一天不能早于第一天。")
TAKEN = _("这一项已经登记过同一编号。")
REASON_ASKED = _("请写明不予确认的理由，单位会看到；最多 500 个字。")
NOT_A_COMMISSIONER = _("请从列出的人员中选择。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A qualification as typed; ``valid_until`` None where it does not run out."""

    kind: QualificationKind
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None = None


def claim(session: Session, actor: Actor, organisation: Organisation, given: Claim, *, now: datetime) -> Qualification:
    """Say that the organisation holds it. What an operator enters is confirmed at once; who belongs to it cannot."""
    authorize(POLICY, "claim_qualification", actor, organisation)
    _check(session, actor, organisation, given)
    made = Qualification(
        organisation_id=organisation.id,
        kind=given.kind,
        number=given.number.strip(),
        issuer=given.issuer.strip(),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        state=QUALIFICATION.initial,
        claimed_at=now,
    )
    session.add(made)
    session.flush()
    record(session, actor, organisation, "claim_qualification", now, kind=str(made.kind))
    if POLICY["confirm_qualification"](actor, organisation):
        changed(session, actor, organisation, "confirm_qualification", now, **_decide(made, "confirm", now))
    return made


def decide(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    qualification: Qualification,
    action: str,
    *,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Confirm or refuse what was claimed; the organisation's people hear of it, of a refusal with its reason."""
    authorize(POLICY, "confirm_qualification", actor, organisation)
    QUALIFICATION.target(action, qualification.state)
    if action == "refuse" and not 0 < len(reason or "") <= MAX_REASON:
        raise Invalid({"reason": REASON_ASKED})
    qualification.reason = reason if action == "refuse" else None
    detail = _decide(qualification, action, now)
    changed(session, actor, organisation, f"{action}_qualification", now, **detail)
    kind = "qualification_confirmed" if action == "confirm" else "qualification_refused"
    publish(session, OrganisationNews(organisation, kind, {"reason": qualification.reason or ""}, now))


def remove(
    session: Session, actor: Actor, organisation: Organisation, qualification: Qualification, *, now: datetime
) -> None:
    """It was wrong, or no longer holds."""
    authorize(POLICY, "claim_qualification", actor, organisation)
    session.delete(qualification)
    facts = {"kind": str(qualification.kind), "number": qualification.number}
    changed(session, actor, organisation, "remove_qualification", now, **facts)


def assign_commissioner(
    session: Session, actor: Actor, organisation: Organisation, chosen: str | None, *, now: datetime
) -> None:
    """Name who looks after it, by public id, or nobody; its people are told."""
    authorize(POLICY, "assign_commissioner", actor, organisation)
    found: User | None = None
    if chosen:
        people = queries.possible_commissioners(session, organisation)
        found = next((one for one in people if one.public_id == chosen), None)
        if found is None:
            raise Invalid({"commissioner": NOT_A_COMMISSIONER})
    before, organisation.commissioner_id = organisation.commissioner_id, found.id if found else None
    if before == organisation.commissioner_id:
        return
    changed(session, actor, organisation, "assign_commissioner", now, commissioner=found.public_id if found else "")
    if found is not None:
        publish(session, OrganisationNews(organisation, "commissioner", {}, now))


def _check(session: Session, actor: Actor, organisation: Organisation, given: Claim) -> None:
    faults: dict[str, Message | str] = {}
    number, issuer = given.number.strip(), given.issuer.strip()
    if not 0 < len(number) <= MAX_NUMBER or not number.isprintable():
        faults["number"] = NUMBER_ASKED
    if not 0 < len(issuer) <= MAX_ISSUER or not issuer.isprintable():
        faults["issuer"] = ISSUER_ASKED
    if given.valid_until is not None and given.valid_until < given.valid_from:
        faults["valid_until"] = ORDER_WRONG
    there = queries.of_organisation(session, actor, organisation)
    if any(
        (one.kind, one.number) == (given.kind, number) and one.state is not QualificationState.REFUSED for one in there
    ):
        faults["number"] = TAKEN
    if faults:
        raise Invalid(faults)


def _decide(one: Qualification, action: str, now: datetime) -> dict[str, str]:
    """Move it; what the log says of that."""
    one.state, one.decided_at = QUALIFICATION.target(action, one.state), now
    return {"kind": str(one.kind)} | ({"reason": one.reason} if one.reason else {})
