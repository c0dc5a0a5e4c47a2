"""The life of a listing, as one table. It expires by the clock; a renewal gives it a new last day."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class AchievementState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    LISTED = "listed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


S = AchievementState
LIFECYCLE = Lifecycle(
    initial=S.DRAFT,
    rows=[
        # action      from                                             to
        ("submit",    {S.DRAFT, S.RETURNED},                           S.SUBMITTED),
        ("recall",    {S.SUBMITTED},                                   S.DRAFT),
        ("return",    {S.SUBMITTED, S.SCHEDULED, S.TAKEN_DOWN},        S.RETURNED),
        ("reject",    {S.SUBMITTED},                                   S.REJECTED),
        ("schedule",  {S.SUBMITTED},                                   S.SCHEDULED),
        ("publish",   {S.SUBMITTED, S.SCHEDULED},                      S.LISTED),
        ("import_publish", {S.DRAFT},                                  S.LISTED),
        ("renew",     {S.LISTED, S.EXPIRED},                           S.LISTED),
        ("expire",    {S.LISTED},                                      S.EXPIRED),
        ("withdraw",  {S.DRAFT, S.RETURNED, S.SUBMITTED, S.SCHEDULED, S.LISTED, S.EXPIRED}, S.WITHDRAWN),
        ("takedown",  {S.SUBMITTED, S.SCHEDULED, S.LISTED},            S.TAKEN_DOWN),
        ("restore",   {S.TAKEN_DOWN},                                  S.LISTED),
    ],
)  # fmt: skip

PUBLIC_STATES = frozenset({S.LISTED})
EDITABLE_STATES = frozenset({S.DRAFT, S.RETURNED})
REASON_NEEDED = frozenset({"return", "reject", "withdraw", "takedown", "restore"})
