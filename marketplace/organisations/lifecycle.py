"""Tables of states: the verification of an organisation (单位认证), of a qualification (资质), and the life of an
invitation (成员邀请)."""

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


class InvitationState(StrEnum):
    """Expired is none of them: that is a comparison with the clock."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


W = InvitationState
INVITATION = Lifecycle(
    initial=W.WAITING,
    rows=[
        # action        from            to
        ("resend",      {W.WAITING},    W.WAITING),
        ("accept",      {W.WAITING},    W.ACCEPTED),
        ("decline",     {W.WAITING},    W.DECLINED),
        ("withdraw",    {W.WAITING},    W.WITHDRAWN),
    ],
)  # fmt: skip


class QualificationState(StrEnum):
    """Run out is none of them: that is a comparison with the calendar."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


Q = QualificationState
QUALIFICATION = Lifecycle(
    initial=Q.CLAIMED,
    rows=[
        # action        from            to
        ("confirm",     {Q.CLAIMED},    Q.CONFIRMED),
        ("refuse",      {Q.CLAIMED},    Q.REFUSED),
    ],
)  # fmt: skip
