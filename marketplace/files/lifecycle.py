"""What the antivirus made of a file, as one table. An infected file has no state: it is removed."""

from enum import StrEnum

from marketplace.core.lifecycle import Lifecycle


class ScanState(StrEnum):
    WAITING = "waiting"
    CLEAN = "clean"
    UNSCANNED = "unscanned"


S = ScanState
LIFECYCLE = Lifecycle(
    initial=S.WAITING,
    rows=[
        # action   from                        to
        ("pass",   {S.WAITING, S.UNSCANNED},   S.CLEAN),
        ("skip",   {S.WAITING},                S.UNSCANNED),
    ],
)  # fmt: skip
