"""Several people at once: the same act in as many threads, started together."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

PATIENCE_SECONDS = 60


def at_once(act: Callable[[int], Any], people: int) -> list[Any]:
    """What each call gave, or the exception it raised, in the order of the people."""
    outcomes: list[Any] = [None] * people
    start = Barrier(people)

    def run(number: int) -> None:
        start.wait(PATIENCE_SECONDS)
        try:
            outcomes[number] = act(number)
        except Exception as error:
            outcomes[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return outcomes
