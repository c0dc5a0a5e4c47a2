"""Which directions a text belongs to (自动归类), judged by phrases, which are the data of a taxonomy."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from search.analysis.phrases import PhraseFinder, spelling

TITLE_COUNTS = 2
LEAST_EVIDENCE = 24.0
"""Less is chance: one mention of the most typical phrase is just enough."""
AMPLE_EVIDENCE = 60.0
"""Without a typical phrase, so much is asked for."""
TYPICAL_WEIGHT = 4.0
CLASS_WEIGHT = 3.0
"""What it counts when all patent classes of a text are of the direction."""


@dataclass(frozen=True, slots=True)
class DirectionProfile:
    """A direction and what its texts say.

    phrases: each with a weight from 1 (may occur) to 5 (hardly anywhere else). ipc: beginnings of its patent classes.
    """

    code: str
    industry: str
    phrases: tuple[tuple[str, float], ...]
    ipc: tuple[str, ...] = ()


@dataclass(slots=True)
class _Evidence:
    """What speaks for one direction, and the greatest weight among the phrases that were found."""

    total: float = 0.0
    typical: float = 0.0

    def add(self, weight: float, share: float) -> None:
        self.total += weight * weight * share
        self.typical = max(self.typical, weight)


class Classifier:
    """Weighs texts against all directions of a taxonomy; made once, used for many texts."""

    def __init__(self, directions: Sequence[DirectionProfile]) -> None:
        self._weights = {d.code: {spelling(phrase): weight for phrase, weight in d.phrases} for d in directions}
        self._ipc = {d.code: d.ipc for d in directions}
        self._spread = Counter(phrase for weights in self._weights.values() for phrase in weights)
        self._finder = PhraseFinder(self._spread)

    def classify(self, title: str, text: str, classes: Iterable[str] = ()) -> list[tuple[str, float]]:
        """Codes of the directions that fit with their scores (0.5…1), best first; none where nothing fits.

        classes: the patent classes of a patent (“H01M8/10”), which lend some weight.
        """
        counts = Counter(found.phrase for found in self._finder.find(text))
        for found in self._finder.find(title):
            counts[found.phrase] += TITLE_COUNTS
        classes = tuple(classes)
        judged = ((code, self._evidence(code, counts, classes)) for code in self._weights)
        scores = [(code, _score(evidence)) for code, evidence in judged if _is_enough(evidence)]
        return sorted(scores, key=lambda scored: (-scored[1], scored[0]))

    def _evidence(self, code: str, counts: Counter[str], classes: Sequence[str]) -> _Evidence:
        evidence, weights = _Evidence(), self._weights[code]
        for phrase in sorted(counts.keys() & weights.keys()):
            evidence.add(weights[phrase], self._distinction(phrase) * (1 + log(counts[phrase])))
        fitting = sum(class_.replace(" ", "").startswith(self._ipc[code]) for class_ in classes)
        if fitting:
            evidence.add(CLASS_WEIGHT, fitting / len(classes))
        return evidence

    def _distinction(self, phrase: str) -> float:
        """1 for a phrase of one direction, less for one that several share."""
        directions = len(self._weights)
        return log(1 + directions / self._spread[phrase]) / log(1 + directions)


def classify(title: str, text: str, directions: Sequence[DirectionProfile]) -> list[tuple[str, float]]:
    """Classify one text; `Classifier` is for many."""
    return Classifier(directions).classify(title, text)


def _is_enough(evidence: _Evidence) -> bool:
    return evidence.total >= (LEAST_EVIDENCE if evidence.typical >= TYPICAL_WEIGHT else AMPLE_EVIDENCE)


def _score(evidence: _Evidence) -> float:
    return evidence.total / (evidence.total + LEAST_EVIDENCE)
