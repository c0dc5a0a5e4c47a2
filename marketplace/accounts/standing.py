"""Standing (pure): what a signed-in person may do and for whom, as far as it is known without asking again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.actor import STAFF_ROLES, Actor, Grant, Role
from marketplace.core.text import _

ROLE_WORDS = {
    Role.OPERATOR: _("运营专员"),
    Role.AREA_OFFICER: _("街镇专员"),
    Role.SUPERVISOR: _("监督人员"),
    Role.FINANCE_OFFICER: _("财务专员"),
    Role.OWNER: _("负责人"),
    Role.APPROVER: _("审核人"),
    Role.EDITOR: _("经办人"),
    Role.READER: _("查阅人"),
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has not ended, and whose it is."""

    session_id: int
    user_id: int
    public_id: str
    name: str
    organisation_id: int | None
    started_at: datetime
    seen_at: datetime
    asks_consent: bool = False
    has_factor: bool = False


@dataclass(frozen=True, slots=True)
class Affiliation:
    """An organisation the person belongs to."""

    organisation_id: int
    public_id: str
    name: str
    role: Role
    department_id: int | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a person was granted, staff roles and organisations alike."""

    staff_grants: frozenset[Grant] = frozenset()
    affiliations: tuple[Affiliation, ...] = ()

    @property
    def is_staff(self) -> bool:
        return any(grant.role in STAFF_ROLES for grant in self.staff_grants)

    @property
    def grants(self) -> frozenset[Grant]:
        return self.staff_grants | {
            Grant(one.role, one.organisation_id, department_id=one.department_id) for one in self.affiliations
        }


def acting(person: SignedIn, standing: Standing) -> Actor:
    """The actor, speaking for the organisation chosen in this browser, or else for the first one."""
    own = [one.organisation_id for one in standing.affiliations]
    current = person.organisation_id if person.organisation_id in own else next(iter(own), None)
    return Actor(person.user_id, person.public_id, standing.grants, current)


def staff_grant(role: Role, area: str) -> Grant:
    return Grant(role, area=area or None)


def staff_roles(grants: Iterable[Grant]) -> list[Role]:
    """The staff roles among the grants, in the order they are named in."""
    held = {grant.role for grant in grants}
    return [role for role in Role if role in held and role in STAFF_ROLES]
