"""The demo's people: one for every role, all with the same printed password. Only ever made in the demo."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.actor import MEMBER_ROLES, Role
from marketplace.organisations.models import OrganisationKind

PASSWORD = "Jiading-2026"  # noqa: S105  (printed for everybody; production never makes these accounts)
HOST = "demo.jiebang.cn"
ENTERPRISES = frozenset({OrganisationKind.ENTERPRISE})
RESEARCH = frozenset({OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE, OrganisationKind.NEW_RND})
AGENCIES = frozenset({OrganisationKind.AGENCY})


@dataclass(frozen=True, slots=True)
class Person:
    """A member belongs to the organisation at ``place`` (from 0) among the demo's organisations of these ``kinds``."""

    login: str
    name: str
    role: Role
    kinds: frozenset[OrganisationKind] = frozenset()
    place: int = 0
    area: str = ""

    @property
    def email(self) -> str:
        return f"{self.login}@{HOST}"

    @property
    def is_member(self) -> bool:
        return self.role in MEMBER_ROLES


OPERATOR = Person("operator", "周岚", Role.OPERATOR)
APPROVER = Person("approver", "范审言", Role.APPROVER, RESEARCH, 0)
PEOPLE = (
    OPERATOR,
    Person("enterprise", "顾承泽", Role.OWNER, ENTERPRISES, 0),
    Person("enterprise2", "邵砾", Role.OWNER, ENTERPRISES, 1),
    Person("enterprise3", "翟泊远", Role.OWNER, ENTERPRISES, 9),
    Person("institute", "沈练华", Role.OWNER, RESEARCH, 0),
    Person("institute2", "娄雨声", Role.OWNER, RESEARCH, 1),
    Person("institute3", "方能", Role.OWNER, RESEARCH, 2),
    Person("agent", "桥西宁", Role.OWNER, AGENCIES, 0),
    Person("area", "安亭芳", Role.AREA_OFFICER, area="anting"),
    Person("supervisor", "严正明", Role.SUPERVISOR),
    Person("finance", "金以诚", Role.FINANCE_OFFICER),
    APPROVER,
)


def home_of(person: Person, organisations: Sequence[tuple[str, OrganisationKind]]) -> str | None:
    """The code of the organisation a member belongs to, among (code, kind) in the demo's order."""
    if not person.is_member:
        return None
    return [code for code, kind in organisations if kind in person.kinds][person.place]
