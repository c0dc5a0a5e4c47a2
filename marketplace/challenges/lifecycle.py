"""The life of a challenge, as one table. "Closed" is no state: it is derived from the clock (``timing``)."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class ChallengeState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


S = ChallengeState
LIFECYCLE = Lifecycle(
    initial=S.DRAFT,
    rows=[
        # action      from                                             to
        ("submit",    {S.DRAFT, S.RETURNED},                           S.SUBMITTED),
        ("recall",    {S.SUBMITTED},                                   S.DRAFT),
        ("return",    {S.SUBMITTED, S.SCHEDULED, S.TAKEN_DOWN},        S.RETURNED),
        ("reject",    {S.SUBMITTED},                                   S.REJECTED),
        ("schedule",  {S.SUBMITTED},                                   S.SCHEDULED),
        ("publish",   {S.SUBMITTED, S.SCHEDULED},                      S.OPEN),
        ("import_publish", {S.DRAFT},                                  S.OPEN),
        ("extend",    {S.OPEN},                                        S.OPEN),
        ("withdraw",  {S.DRAFT, S.RETURNED, S.SUBMITTED, S.SCHEDULED, S.OPEN}, S.WITHDRAWN),
        ("takedown",  {S.SUBMITTED, S.SCHEDULED, S.OPEN},              S.TAKEN_DOWN),
        ("restore",   {S.TAKEN_DOWN},                                  S.OPEN),
    ],
)  # fmt: skip

PUBLIC_STATES = frozenset({S.OPEN})
EDITABLE_STATES = frozenset({S.DRAFT, S.RETURNED})
REASON_NEEDED = frozenset({"return", "reject", "extend", "withdraw", "takedown", "restore"})
