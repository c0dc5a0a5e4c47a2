"""Our own modules: their texts, their trees and who imports whom, deferred imports included."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP = ("marketplace", "search")


@dataclass(frozen=True)
class Module:
    """A module of ours: dotted name, text and tree."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> list[str]:
        return self.name.split(".")

    @property
    def feature(self) -> str | None:
        return self.parts[1] if self.parts[0] == "marketplace" and len(self.parts) > 1 else None

    @property
    def layer(self) -> str | None:
        return self.parts[2] if len(self.parts) > 2 else None


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in [p for top in TOP for p in sorted((ROOT / top).rglob("*.py"))] + [ROOT / "config.py", ROOT / "wsgi.py"]:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = Module(name, path.read_text(encoding="utf8"))
    return found


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(module: Module, known: Mapping[str, Module]) -> frozenset[str]:
    """Our modules it imports by their full names, others by their top name (``sqlalchemy``)."""

    def ours(name: str) -> str:
        wanted = name
        while wanted and wanted not in known:
            wanted = wanted.rpartition(".")[0]
        return wanted if wanted and wanted not in TOP else name.partition(".")[0]

    return frozenset(ours(name) for name in imported_names(module.tree)) - {module.name}


def graph(known: Mapping[str, Module]) -> dict[str, frozenset[str]]:
    return {name: imports_of(module, known) for name, module in known.items()}
