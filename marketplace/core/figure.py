"""A number that says how the site is, for those who watch over it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at this moment, with its labels; all of a name have the same ones. Nothing about persons."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Source = Callable[[], Iterable[Figure]]
"""Asked when somebody looks."""
