"""A thing's history in words."""

from collections.abc import Mapping, Sequence

from marketplace.audit.models import AuditEntry


def timeline(
    entries: Sequence[AuditEntry], actions: Mapping[str, str], roles: Mapping[str, str]
) -> list[dict[str, object]]:
    """When, what, who (a role, never a name) and the reason, in the order given; texts are message ids."""
    shown = []
    for entry in entries:
        detail = entry.detail.detail if entry.detail else {}
        shown.append(
            {
                "when": entry.at,
                "what": actions.get(entry.action, entry.action),
                "who": roles.get(str(detail.get("as", "")), ""),
                "reason": detail.get("reason"),
            }
        )
    return shown
