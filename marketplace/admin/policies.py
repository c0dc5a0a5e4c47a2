"""Who sees which part of the console."""

from marketplace.core.actor import Role
from marketplace.core.permissions import Policy, has_role

POLICY: Policy = {
    "view": has_role(Role.OPERATOR, Role.SUPERVISOR, Role.AREA_OFFICER),
    "see_log": has_role(Role.OPERATOR, Role.SUPERVISOR),
    "see_queues": has_role(Role.OPERATOR, Role.SUPERVISOR),
    "retry": has_role(Role.OPERATOR),
}
