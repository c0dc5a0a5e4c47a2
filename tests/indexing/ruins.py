"""Ways in which the folder of an index may go bad."""

from collections.abc import Iterator
from pathlib import Path

SEGMENT_FILES = {".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm"}


def ruin_pointer(folder: Path) -> None:
    (folder / "CURRENT").write_text("1-999")


def ruin_meta(folder: Path) -> None:
    (live_build(folder) / "meta.json").write_text("{")


def lose_meta(folder: Path) -> None:
    (live_build(folder) / "meta.json").unlink()


def ruin_segments(folder: Path) -> None:
    """For a process that has not opened them: whoever has them mapped would be killed by the system."""
    for path in segments(folder):
        path.write_bytes(b"")


def lose_segments(folder: Path) -> None:
    for path in segments(folder):
        path.unlink()


def ruin_removals(folder: Path) -> None:
    (live_build(folder) / "removed.json").write_text("{")


def segments(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(live_build(folder).iterdir()) if path.suffix in SEGMENT_FILES)


def live_build(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text()
