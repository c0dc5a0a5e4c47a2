"""The people whose rights the tests compare, each built for an organisation of their own and another one."""

from collections.abc import Callable

from marketplace.core.actor import ANONYMOUS, SYSTEM, Actor, Grant, Role

OWN_AREA = "anting"
OTHER_AREA = "nanxiang"


def a_member(organisation_id: int, role: Role = Role.OWNER, user_id: int = 7) -> Actor:
    return Actor(user_id, "member234567", frozenset({Grant(role, organisation_id)}), organisation_id)


def a_staff_member(role: Role, area: str | None = None) -> Actor:
    return Actor(8, "staff2345678", frozenset({Grant(role, area=area)}))


OPERATOR = a_staff_member(Role.OPERATOR)

ACTORS: dict[str, Callable[[int, int], Actor]] = {
    "visitor": lambda _own, _other: ANONYMOUS,
    "other editor": lambda _own, other: a_member(other, Role.EDITOR),
    "own reader": lambda own, _other: a_member(own, Role.READER),
    "own editor": lambda own, _other: a_member(own, Role.EDITOR),
    "own approver": lambda own, _other: a_member(own, Role.APPROVER),
    "own owner": lambda own, _other: a_member(own),
    "supervisor": lambda _own, _other: a_staff_member(Role.SUPERVISOR),
    "finance officer": lambda _own, _other: a_staff_member(Role.FINANCE_OFFICER),
    "area officer": lambda _own, _other: a_staff_member(Role.AREA_OFFICER, OWN_AREA),
    "other area officer": lambda _own, _other: a_staff_member(Role.AREA_OFFICER, OTHER_AREA),
    "operator": lambda _own, _other: OPERATOR,
    "operator and owner": lambda own, _other: Actor(
        9, "both23456789", frozenset({Grant(Role.OPERATOR), Grant(Role.OWNER, own)})
    ),
    "system": lambda _own, _other: SYSTEM,
}
