"""``python -m tools.translations update|check``: the English catalogue, taken from what is marked and kept whole.

Message ids are the Chinese texts. ``update`` takes up new ones, drops those nobody says any more and compiles;
``check`` names whatever would show Chinese, or nothing, on an English page.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.environment import ROOT

CATALOGUE = ROOT / "marketplace/translations/en/LC_MESSAGES/messages.po"
HEADERS = (
    ("Language", "en"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
)
COMMENT = "# The English texts; `python -m tools.translations update` takes up what was marked since."
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "counted": (1, 1)}
MARKING = "marketplace.core.text"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
ALLOWED: Mapping[str, str] = {}
"""Ids whose English keeps Chinese characters, each with the reason."""

Id = str | tuple[str, ...]
Found = tuple[int, str, Id, list[str]]


class NotPlainError(Exception):
    """What is marked is put together as it runs: it can be neither extracted nor looked up."""


class Plain(Catalog):
    """A catalogue whose head says only what readers of it need: no dates, so that nothing changes by itself."""

    def __init__(self) -> None:
        super().__init__(locale="en", header_comment=COMMENT, charset="utf-8", fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return list(HEADERS)


@dataclass(frozen=True, slots=True)
class Tree:
    """Where texts are marked, and the catalogue they are said from."""

    root: Path = ROOT
    catalogue: Path = CATALOGUE
    allowed: Mapping[str, str] = field(default_factory=lambda: ALLOWED)

    @property
    def compiled(self) -> Path:
        return self.catalogue.with_suffix(".mo")


def marked_in_python(source: IO[bytes], *_babel: object, options: object) -> Iterator[Found]:  # noqa: ARG001
    """Texts of calls to the marking functions, under whatever name a module imports them."""
    tree = ast.parse(source.read())
    names = _names_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            keyword = names[node.func.id]
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if keyword in ("_", "counted") and len(texts) != 1:
                raise NotPlainError(f"{getattr(source, 'name', '?')}:{node.lineno}: not one plain text")
            if texts:
                yield node.lineno, keyword, texts[0] if len(texts) == 1 else tuple(texts), []


def _names_in(tree: ast.Module) -> dict[str, str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    aliases = {one.asname: one.name for node in imports for one in node.names if one.asname and one.name in KEYWORDS}
    return {keyword: keyword for keyword in KEYWORDS} | aliases


METHODS: tuple[tuple[str, Any], ...] = (("marketplace/**.py", marked_in_python), ("templates/**", "jinja2"))
OPTIONS = {"templates/**": {"silent": "false", "newstyle_gettext": "true"}}
FOLDERS = frozenset({"marketplace", "templates"})


def extracted(root: Path) -> Catalog:
    """Every text that is marked in the code and in the templates."""

    def is_ours(folder: str | Path) -> bool:
        parts = Path(folder).relative_to(root).parts
        return not parts or (parts[0] in FOLDERS and not parts[-1].startswith("__"))

    found = Catalog(charset="utf-8")
    for _file, _line, text, *_more in extract_from_dir(root, METHODS, OPTIONS, KEYWORDS, directory_filter=is_ours):
        found.add(text)
    return found


def read(path: Path) -> Catalog:
    if not path.exists():
        return Plain()
    with path.open("rb") as source:
        return read_po(source, locale="en", charset="utf-8", abort_invalid=True)


def update(tree: Tree) -> Catalog:
    """Take up new texts without a translation, drop old ones, write and compile."""
    held, merged = {_ids(message): message for message in _messages(read(tree.catalogue))}, Plain()
    for wanted in _messages(extracted(tree.root)):
        known = held.get(_ids(wanted), wanted)
        merged.add(wanted.id, known.string, flags=known.flags, user_comments=known.user_comments)
    tree.catalogue.parent.mkdir(parents=True, exist_ok=True)
    with tree.catalogue.open("wb") as target:
        write_po(target, merged, width=0, no_location=True, sort_output=True)
    tree.compiled.write_bytes(compiled(merged))
    return merged


def compiled(catalogue: Catalog) -> bytes:
    """What the catalogue compiles to: the same bytes for the same texts."""
    plain, target = Plain(), io.BytesIO()
    for message in _messages(catalogue):
        plain.add(message.id, message.string, flags=message.flags)
    write_mo(target, plain)
    return target.getvalue()


def faults(tree: Tree) -> list[str]:
    """What is wrong with the catalogue, each with the text it concerns."""
    held = read(tree.catalogue)
    marked = {_ids(message) for message in _messages(extracted(tree.root))}
    found = [f"missing: {_shown(ids)}" for ids in sorted(marked - {_ids(message) for message in _messages(held)})]
    found += [f"obsolete: {_shown(_ids(message))}" for message in held.obsolete.values()]
    for message in _messages(held):
        wrong = _faults_of(message, tree.allowed) if _ids(message) in marked else ["obsolete"]
        found += [f"{fault}: {_shown(_ids(message))}" for fault in wrong]
    chinese = {
        said for message in _messages(held) for said in _ids(message) if CHINESE.search("".join(_texts(message)))
    }
    found += [f"allowed without need: {said}" for said in sorted(tree.allowed.keys() - chinese)]
    if not tree.compiled.exists() or tree.compiled.read_bytes() != compiled(held):
        found.append(f"not compiled: {tree.compiled.name} is not what {tree.catalogue.name} compiles to")
    return found


def _faults_of(message: Message, allowed: Mapping[str, str]) -> list[str]:
    if message.fuzzy:
        return ["fuzzy"]
    ids, texts = _ids(message), _texts(message)
    if len(texts) < len(ids) or not all(text.strip() for text in texts):
        return ["empty"]
    found = []
    for said, text in zip(ids, texts, strict=False):
        unlike = set(PLACEHOLDER.findall(said)) ^ set(PLACEHOLDER.findall(text))
        if unlike:
            found.append(f"placeholders differ ({', '.join(sorted(unlike))})")
        if CHINESE.search(text) and said not in allowed:
            found.append(f"Chinese characters in “{text}”")
    return found


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _ids(message: Message) -> tuple[str, ...]:
    """The Chinese of a message: one text, or the one for one thing and the one for many."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _texts(message: Message) -> tuple[str, ...]:
    """Its English, as many forms as the catalogue has."""
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    return tuple(text or "" for text in strings)


def _shown(ids: tuple[str, ...]) -> str:
    return " / ".join(ids)


def main(arguments: list[str], tree: Tree | None = None) -> int:
    place = tree or Tree()
    if arguments not in (["update"], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if arguments == ["update"]:
            print(f"{len(_messages(update(place)))} texts")
        found = faults(place)
    except NotPlainError as refusal:
        found = [str(refusal)]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
