"""The verification of an organisation (单位认证), as one table."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class OrganisationState(StrEnum):
    UNVERIFIED = "unverified"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


S = OrganisationState
LIFECYCLE = Lifecycle(
    initial=S.UNVERIFIED,
    rows=[
        # action        from                               to
        ("submit",      {S.UNVERIFIED, S.REJECTED},        S.SUBMITTED),
        ("verify",      {S.SUBMITTED},                     S.VERIFIED),
        ("reject",      {S.SUBMITTED},                     S.REJECTED),
        ("suspend",     {S.VERIFIED},                      S.SUSPENDED),
        ("reinstate",   {S.SUSPENDED},                     S.VERIFIED),
    ],
)  # fmt: skip

EDITABLE_STATES = frozenset({S.UNVERIFIED, S.REJECTED, S.VERIFIED})
IDENTITY_STATES = frozenset({S.UNVERIFIED, S.REJECTED})
"""States in which its own people may still change what an operator has verified: name, code and kind."""
PUBLIC_STATES = frozenset({S.VERIFIED})
REASON_NEEDED = frozenset({"reject", "suspend"})
