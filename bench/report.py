"""The measurements as a table for people, or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.memory import BUDGET_MB, PAGES_SERVED
from bench.pages import Figure

HEAD = ("page", "rows", "CPU ms", "floor ms", "ratio", "budget", "queries", "")
WIDTHS = (12, 9, 9, 9, 7, 7, 8, 5)


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one run; ``memory_mb`` is of the largest instance."""

    figures: Sequence[Figure]
    memory_mb: float

    @property
    def queries(self) -> Mapping[str, list[int]]:
        """Page → the numbers of its queries, one for each size."""
        found: dict[str, list[int]] = {}
        for figure in self.figures:
            if figure.queries is not None:
                found.setdefault(figure.page, []).append(figure.queries)
        return found

    @property
    def faults(self) -> list[str]:
        """What is over its budget, in words."""
        over = [f"{one.page} at {one.rows}: {one.ratio:.2f} × its floor" for one in self.figures if one.is_over]
        growing = [f"{page}: {numbers} queries" for page, numbers in self.queries.items() if len(set(numbers)) > 1]
        memory = [f"{self.memory_mb:.0f} MB"] if self.memory_mb > BUDGET_MB else []
        return over + growing + memory


def as_table(report: Report) -> str:
    rows = [HEAD, *(_cells(figure) for figure in report.figures)]
    lines = ["".join(f"{cell:>{width}}" for cell, width in zip(row, WIDTHS, strict=True)) for row in rows]
    for page, numbers in report.queries.items():
        word = "the same at every size" if len(set(numbers)) == 1 else "GROWS WITH THE ROWS"
        lines.append(f"queries of {page}: {', '.join(map(str, numbers))}: {word}")
    word = "ok" if report.memory_mb <= BUDGET_MB else "over"
    lines.append(f"memory after {PAGES_SERVED} list pages: {report.memory_mb:.0f} MB of {BUDGET_MB} MB: {word}")
    return "\n".join(lines)


def as_json(report: Report) -> str:
    figures = [
        asdict(one) | {"ratio": one.ratio, "budget": one.budget, "is_over": one.is_over} for one in report.figures
    ]
    values = {"figures": figures, "memory_mb": report.memory_mb, "memory_budget_mb": BUDGET_MB, "faults": report.faults}
    return json.dumps(values, ensure_ascii=False)


def _cells(one: Figure) -> tuple[str, ...]:
    verdict = "" if one.budget is None else "over" if one.is_over else "ok"
    return (
        one.page,
        str(one.rows),
        f"{one.page_ms:.2f}",
        f"{one.floor_ms:.2f}",
        f"{one.ratio:.2f}",
        "–" if one.budget is None else f"{one.budget:.1f}",
        "–" if one.queries is None else str(one.queries),
        verdict,
    )
