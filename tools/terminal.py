"""Words on the terminal, always in Chinese and in English."""

import contextlib


class RefusedError(Exception):
    """What was asked for cannot be done; the text tells the person what to do about it."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def say(chinese: str, english: str) -> None:
    # A terminal that was closed must not keep the children from being ended.
    with contextlib.suppress(OSError):
        print(f"{chinese} / {english}", flush=True)
