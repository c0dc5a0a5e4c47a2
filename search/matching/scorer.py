"""From signals to a score and a band (评分): the weights and thresholds are data."""

from dataclasses import dataclass
from typing import Literal

Band = Literal["strong", "medium", "weak"]


@dataclass(frozen=True, slots=True)
class Signals:
    """What each signal says, 0…1; None where one side says nothing."""

    text: float
    direction: float | None = None
    topics: float | None = None
    readiness: float | None = None
    budget: float | None = None
    area: float | None = None
    cooperation: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts, relative to the others."""

    text: float = 0.62
    direction: float = 0.15
    topics: float = 0.08
    readiness: float = 0.06
    budget: float = 0.04
    area: float = 0.03
    cooperation: float = 0.02


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least score of each band; below `weak`, or with texts less alike than `text`, there is no match."""

    strong: float = 0.6
    medium: float = 0.45
    weak: float = 0.33
    text: float = 0.25


def score(signals: Signals, weights: Weights) -> float:
    """The weighted mean of the signals that say something, 0…1."""
    pairs: tuple[tuple[float | None, float], ...] = (
        (signals.text, weights.text),
        (signals.direction, weights.direction),
        (signals.topics, weights.topics),
        (signals.readiness, weights.readiness),
        (signals.budget, weights.budget),
        (signals.area, weights.area),
        (signals.cooperation, weights.cooperation),
    )
    said = [(value, weight) for value, weight in pairs if value is not None]
    return sum(value * weight for value, weight in said) / sum(weight for _, weight in said)


def band(total: float, text: float, thresholds: Thresholds) -> Band | None:
    """The band of a score; None when it is no match."""
    if text < thresholds.text or total < thresholds.weak:
        return None
    if total >= thresholds.strong:
        return "strong"
    return "medium" if total >= thresholds.medium else "weak"
