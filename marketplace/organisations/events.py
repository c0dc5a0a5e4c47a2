"""What others may want to hear about organisations."""

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
