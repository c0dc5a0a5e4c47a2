"""What others may want to hear about organisations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    """An organisation was founded, edited or took a step of its verification; ``fields`` are what an edit changed."""

    organisation: Organisation
    action: str
    now: datetime
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """Somebody joined by a letter, was given another role, or was taken out; ``user_ids`` are those to be told."""

    organisation: Organisation
    user_ids: tuple[int, ...]
    action: str
    now: datetime


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """An address is to get a letter in an organisation's name; nobody says whose address it is."""

    email: str
    language: str
    facts: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class OrganisationNews:
    """Its people are to hear something; ``kind`` names it, ``facts`` are what its words need besides the name."""

    organisation: Organisation
    kind: str
    facts: Mapping[str, str]
    now: datetime
