"""What others may want to hear about accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LetterRequested:
    """Somebody is to get a letter; ``kind`` is one of the notifications' kinds, ``facts`` what its words need."""

    kind: str
    user_id: int
    email: str
    language: str
    facts: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class AccountErased:
    """A person closed their account. Whoever holds something of theirs lets go of it now, or refuses by raising."""

    user_id: int
    public_id: str
    email: str
    now: datetime
