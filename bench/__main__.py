"""``python3 run.py bench``: build scratch instances, measure pages against their floors, print the table.

Time never fails a run: ``--check`` alone turns what is over its budget into an exit code.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.instance import opened
from bench.memory import megabytes_of
from bench.pages import PAGES, Figure, figures_of
from bench.report import Report, as_json, as_table

ROWS = (100, 100_000)
BY_DEFAULT = ("list", "detail", "search", "api")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS, metavar="N", help="challenges in each instance")
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=BY_DEFAULT)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="build the instances here, or use those that are here"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when something is over its budget")
    return parser.parse_args(given)


@contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    if kept:
        yield kept.absolute()
    else:
        with tempfile.TemporaryDirectory(prefix="jiebang-bench-") as folder:
            yield Path(folder)


def measured(folder: Path, sizes: Sequence[int], pages: Sequence[str]) -> Report:
    figures: list[Figure] = []
    memory_mb = 0.0
    for size in sorted(set(sizes)):
        say(f"{size} rows: building")
        instance = opened(folder / f"rows-{size}", size)
        say(f"{size} rows: measuring")
        figures += figures_of(instance, pages)
        memory_mb = megabytes_of(instance)
    return Report(figures, memory_mb)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main(given: Sequence[str]) -> int:
    asked = arguments(given)
    logging.disable(logging.INFO)
    with place(asked.keep) as folder:
        report = measured(folder, asked.rows, asked.pages)
    print(as_json(report) if asked.json else as_table(report))
    return 1 if asked.check and report.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
