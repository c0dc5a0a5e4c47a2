"""The people whose rights the tests compare, each built for an organisation of their own and another one."""

from collections.abc import Callable

from marketplace.core.actor import ANONYMOUS, SYSTEM, Actor, Grant, Role

OWN_AREA = "anting"
OTHER_AREA = "nanxiang"


def a_member(organisation_id: int, role: Role = Role.EDITOR) -> Actor:
    grants = frozenset({Grant(role, organisation_id=organisation_id)})
    return Actor(7, f"member{organisation_id:06d}"[:12], grants, current_organisation_id=organisation_id)


def a_staff_member(role: Role, area: str | None = None) -> Actor:
    return Actor(8, "staff2345678", frozenset({Grant(role, area=area)}))


OPERATOR = a_staff_member(Role.OPERATOR)

ACTORS: dict[str, Callable[[int, int], Actor]] = {
    "visitor": lambda _own, _other: ANONYMOUS,
    "other editor": lambda _own, other: a_member(other),
    "own reader": lambda own, _other: a_member(own, Role.READER),
    "own editor": lambda own, _other: a_member(own),
    "own approver": lambda own, _other: a_member(own, Role.APPROVER),
    "own owner": lambda own, _other: a_member(own, Role.OWNER),
    "supervisor": lambda _own, _other: a_staff_member(Role.SUPERVISOR),
    "area officer": lambda _own, _other: a_staff_member(Role.AREA_OFFICER, OWN_AREA),
    "other area officer": lambda _own, _other: a_staff_member(Role.AREA_OFFICER, OTHER_AREA),
    "operator": lambda _own, _other: OPERATOR,
    "system": lambda _own, _other: SYSTEM,
}
