"""What others may want to hear about achievements."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.achievements.models import Achievement


@dataclass(frozen=True, slots=True)
class AchievementChanged:
    """An achievement was drafted, revised or took a step of its lifecycle."""

    achievement: Achievement
    action: str
    now: datetime
