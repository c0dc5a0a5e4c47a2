"""Who is acting: the only thing the domain knows about a signed-in person."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles with scope. Staff roles span the site (or an area), member roles one organisation."""

    OPERATOR = "operator"
    AREA_OFFICER = "area_officer"
    SUPERVISOR = "supervisor"
    FINANCE_OFFICER = "finance_officer"
    OWNER = "owner"
    APPROVER = "approver"
    EDITOR = "editor"
    READER = "reader"


STAFF_ROLES = frozenset({Role.OPERATOR, Role.AREA_OFFICER, Role.SUPERVISOR, Role.FINANCE_OFFICER})
MEMBER_ROLES = frozenset({Role.OWNER, Role.APPROVER, Role.EDITOR, Role.READER})
WRITING_ROLES = frozenset({Role.OWNER, Role.APPROVER, Role.EDITOR})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds: an organisation's row number, an area's code, or everywhere."""

    role: Role
    organisation_id: int | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """``user_id`` 0 is nobody, −1 the system; ``public_id`` is the pseudonym that the log keeps."""

    user_id: int
    public_id: str = ""
    grants: frozenset[Grant] = frozenset()
    current_organisation_id: int | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.user_id > 0

    @property
    def is_system(self) -> bool:
        return self.user_id == SYSTEM_ID

    def is_a(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def is_member_of(self, organisation_id: int) -> bool:
        return any(grant.organisation_id == organisation_id for grant in self.grants)

    def writes_for(self, organisation_id: int) -> bool:
        """May fill in things of this organisation: owner, approver or editor."""
        return organisation_id in self.organisations_with(*WRITING_ROLES)

    def owns(self, organisation_id: int) -> bool:
        return organisation_id in self.organisations_with(Role.OWNER)

    def organisations_with(self, *roles: Role) -> frozenset[int]:
        """Row numbers of the organisations where this person has one of the roles."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.organisation_id is not None and grant.role in roles
        )

    @property
    def organisation_ids(self) -> frozenset[int]:
        return self.organisations_with(*MEMBER_ROLES)

    @property
    def areas(self) -> frozenset[str]:
        """Codes of the areas this person is an officer of."""
        return frozenset(grant.area for grant in self.grants if grant.role is Role.AREA_OFFICER and grant.area)


SYSTEM_ID = -1
ANONYMOUS = Actor(user_id=0)
SYSTEM = Actor(user_id=SYSTEM_ID, public_id="system")
