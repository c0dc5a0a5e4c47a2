"""Reading the indicator library that lies beside a catalogue: ``NAME.json`` has ``NAME-indicators.json``, or none."""

from pathlib import Path

from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.catalogue_file import CatalogueError, read_root
from marketplace.taxonomy.json_lines import Node
from marketplace.taxonomy.library import EMPTY, Better, Library, LibraryIndicator
from marketplace.taxonomy.record import Faults, Record


def load_library(catalogue_path: Path, catalogue: Catalogue) -> Library:
    """Read and check it; empty where there is no such file. Raises :class:`CatalogueError` with all its faults."""
    path = catalogue_path.with_name(f"{catalogue_path.stem}-indicators.json")
    if not path.exists():
        return EMPTY
    faults = Faults(str(path))
    root = read_root(path, faults)
    library = _library(root, faults, {one.code: 0 for one in catalogue.directions}) if root else EMPTY
    if faults.found:
        raise CatalogueError(faults.found)
    return library


def _library(root: Node, faults: Faults, known: dict[str, int]) -> Library:
    file = Record(root, "", "id source directions", faults)
    file.code("id")
    directions: dict[str, tuple[LibraryIndicator, ...]] = {}
    seen: dict[str, int] = {}
    for node, path in file.entries("directions"):
        record = Record(node, path, "direction indicators", faults)
        direction = record.once("direction", record.known("direction", known, "方向"), seen)
        names: dict[str, int] = {}
        directions[direction] = tuple(
            _indicator(entry, where, f"{direction}:{number}", names, faults)
            for number, (entry, where) in enumerate(record.entries("indicators", least=1), start=1)
        )
    return Library(file.local("source"), directions)


def _indicator(node: Node, path: str, key: str, names: dict[str, int], faults: Faults) -> LibraryIndicator:
    record = Record(node, path, "name better", faults, more="unit usual standard")
    name = record.local("name")
    record.once("name", name.zh, names)
    return LibraryIndicator(
        key=key,
        name=name,
        better=record.choice("better", Better),
        unit=record.local("unit") if record.has("unit") else None,
        usual=record.text("usual") if record.has("usual") else None,
        standard=record.text("standard") if record.has("standard") else None,
    )
