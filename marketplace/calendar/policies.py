"""Who may read and change the calendar."""

from marketplace.core.actor import Role
from marketplace.core.permissions import Policy, any_of, has_role, is_system

POLICY: Policy = {
    "view": any_of(has_role(Role.OPERATOR, Role.SUPERVISOR, Role.AREA_OFFICER), is_system),
    "change": any_of(has_role(Role.OPERATOR), is_system),
}
