"""Rows that were checked and wait to be written: in a file of our own without a name, a batch at a time."""

import pickle
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from marketplace.bulk.examination import Candidate


class Stage:
    """Takes batches one after the other and gives them back in order; nothing of it survives the process."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, batch: list[Candidate]) -> None:
        if batch:
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)

    def batches(self) -> Iterator[list[Candidate]]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301  (our own file, which nobody else can open)
