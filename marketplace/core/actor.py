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
RELEASING_ROLES = frozenset({Role.OWNER, Role.APPROVER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds: row numbers of organisation and department, an area's code, or everywhere."""

    role: Role
    organisation_id: int | None = None
    area: str | None = None
    department_id: int | None = None


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

    @property
    def is_staff(self) -> bool:
        return self.is_a(*STAFF_ROLES)

    def is_a(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def is_member_of(self, organisation_id: int) -> bool:
        return any(grant.organisation_id == organisation_id for grant in self.grants)

    def writes_for(self, organisation_id: int) -> bool:
        """May fill in things of this organisation: owner, approver or editor."""
        return organisation_id in self.organisations_with(*WRITING_ROLES)

    def writes_in(self, organisation_id: int, department_id: int | None) -> bool:
        """May fill in things of this department (None: of the organisation as a whole)."""
        return self._has_in(organisation_id, department_id, WRITING_ROLES)

    def releases_in(self, organisation_id: int, department_id: int | None) -> bool:
        """May release what this department hands in: its approver, the organisation's, or an owner."""
        return self._has_in(organisation_id, department_id, RELEASING_ROLES)

    def department_in(self, organisation_id: int) -> int | None:
        """The department this person is bound to; None for somebody who acts for the whole organisation."""
        return next((grant.department_id for grant in self.grants if grant.organisation_id == organisation_id), None)

    def _has_in(self, organisation_id: int, department_id: int | None, roles: frozenset[Role]) -> bool:
        return any(
            grant.organisation_id == organisation_id
            and grant.role in roles
            and grant.department_id in (None, department_id)
            for grant in self.grants
        )

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
