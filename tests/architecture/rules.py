"""The rules, as functions from modules to sentences about what breaks them: empty when all is well."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from tests.architecture.sources import TOP, Module, graph

# Lower may not import higher. A feature may import those before it in this list.
FEATURES = [
    "core", "web", "audit", "settings",
    "accounts", "tokens", "organisations", "taxonomy", "files", "notifications", "calendar", "approvals",
    "achievements", "challenges", "questions", "follows", "interests", "indexing", "matching", "discovery", "bulk",
    "admin", "cli",
]  # fmt: skip
LAYERS = [
    "lifecycle", "models", "policies", "queries", "events", "services", "subscribers", "presenters", "panels",
    "forms", "views", "api",
]  # fmt: skip
WEB_LAYERS = {"forms", "views", "api"}
# Modules that touch the outside world or the framework on purpose.
ADAPTERS = {
    "marketplace.settings.current": "the process's copy of the settings",
    "marketplace.accounts.login": "Flask's session cookie",
    "marketplace.tokens.bearer": "the Authorization header of programs",
    "marketplace.files.store": "the file system",
    "marketplace.files.antivirus": "clamd",
    "marketplace.files.parts": "settings to a store and an antivirus",
    "marketplace.files.worker": "scans and sweeps",
    "marketplace.notifications.channels": "mail servers",
    "marketplace.notifications.webhooks": "gateways by HTTP",
    "marketplace.notifications.worker": "turns rows into letters",
    "marketplace.notifications.digests": "one letter a day",
    "marketplace.notifications.header": "the unread count of every page",
    "marketplace.notifications.letters": "settings and templates of letters",
    "marketplace.taxonomy.current": "the application's catalogue",
    "marketplace.indexing.engines": "settings to a search engine",
    "marketplace.indexing.worker": "turns rows into index entries",
    "marketplace.indexing.recorder": "subscribes to every feature",
    "marketplace.indexing.documents": "asks the registry of kinds",
    "marketplace.matching.worker": "turns rows into matches",
    "marketplace.bulk.formats": "files",
    "marketplace.bulk.english": "catalogues of texts",
    "marketplace.bulk.sheets": "files",
    "marketplace.bulk.blanks": "files",
    "marketplace.bulk.annotated": "files",
    "marketplace.bulk.guard": "files",
    "marketplace.bulk.worker": "files to rows",
    "marketplace.bulk.importers": "rows to drafts of every feature",
}
READERS = {"indexing", "matching", "discovery", "bulk"}
"""They assemble what lower features have: their own modules may import those, never Flask."""
FREE = {"core", "web", "cli", "app", "features", "tables", None}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "misc", "base", "manager", "data"}
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 400, 50
HTTP_CLIENTS = {"requests", "urllib", "http", "httpx", "smtplib", "elasticsearch", "socket"}


def cycles(known: Mapping[str, Module]) -> list[str]:
    try:
        TopologicalSorter({name: targets & known.keys() for name, targets in graph(known).items()}).prepare()
    except CycleError as error:
        return [f"cycle: {' → '.join(error.args[1])}"]
    return []


def upward_features(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, targets in graph(known).items():
        here = known[name].feature
        for target in targets & known.keys():
            there = known[target].feature
            if here in FEATURES and there in FEATURES and FEATURES.index(there) > FEATURES.index(here):
                found.append(f"{name} imports {target}, a feature above it")
    return found


def upward_layers(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, targets in graph(known).items():
        here = known[name]
        for target in targets & known.keys():
            there = known[target]
            if here.feature != there.feature or here.layer not in LAYERS or there.layer not in LAYERS:
                continue
            if LAYERS.index(there.layer) > LAYERS.index(here.layer):
                found.append(f"{name} imports {target}, a layer above it")
    return found


def unknown_features(known: Mapping[str, Module]) -> list[str]:
    features = {module.feature for module in known.values()} - {None, "app", "features", "tables"}
    return [f"{feature} is not in the order of features" for feature in sorted(features - set(FEATURES))]


def flask_below_the_edge(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, targets in graph(known).items():
        module = known[name]
        is_edge = (
            module.feature in ("web", "app", "features", "cli")
            or module.layer in WEB_LAYERS
            or name in ADAPTERS
            or name in ("wsgi", "config")
        )
        reached = [t for t in targets if t.startswith(("flask", "wtforms", "werkzeug", "marketplace.web"))]
        found += [f"{name} imports {target} below the edge" for target in reached if not is_edge]
    return found


def search_knows_the_marketplace(known: Mapping[str, Module]) -> list[str]:
    return [
        f"{name} imports {target}"
        for name, targets in graph(known).items()
        if name.split(".")[0] == "search"
        for target in targets
        if target.startswith(("marketplace", "flask", "config", "sqlalchemy"))
    ]


def impure_modules(known: Mapping[str, Module]) -> list[str]:
    """A module with a name of its own is pure: core, its feature's lifecycle and other pure modules, no session."""
    found = []
    for name, targets in graph(known).items():
        module = known[name]
        if module.feature in FREE or module.layer is None or module.layer in LAYERS or name in ADAPTERS:
            continue
        if module.feature == "taxonomy" and module.layer == "presenters":
            continue
        for target in targets:
            if (
                target in _outside_of_the_pure(module)
                or target.startswith("marketplace.web")
                or (target in known and module.feature not in READERS and not _may_pure_import(module, known[target]))
            ):
                found.append(f"{name} imports {target} and is not pure")
    return found


def _outside_of_the_pure(module: Module) -> set[str]:
    return {"flask", "wtforms"} | ({"sqlalchemy"} if module.feature not in READERS else set())


def _may_pure_import(module: Module, target: Module) -> bool:
    if target.feature == "core" or target.parts[0] == "search":
        return True
    if target.feature != module.feature:
        return target.feature == "taxonomy" and target.layer not in LAYERS
    return target.layer == "lifecycle" or target.layer not in LAYERS


def deferred_imports(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, module in known.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                ours = [inner for inner in _names_imported_in(node) if inner.partition(".")[0] in TOP]
                found += [f"{name}.{node.name} defers the import of {inner}" for inner in ours]
    return found


def _names_imported_in(node: ast.AST) -> list[str]:
    names = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            names += [alias.name for alias in inner.names]
        elif isinstance(inner, ast.ImportFrom) and inner.module:
            names.append(inner.module)
    return names


def commits_outside_the_one_place(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, module in known.items():
        if name == "marketplace.core.transaction" or name.split(".")[0] == "search":
            continue
        calls = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
        found += [f"{name} calls .{call}()" for call in calls & {"commit"}]
    return found


def network_below_the_adapters(known: Mapping[str, Module]) -> list[str]:
    return [
        f"{name} imports {target}"
        for name, targets in graph(known).items()
        if name not in ADAPTERS and name.split(".")[0] == "marketplace" and known[name].feature not in ("web",)
        for target in targets & HTTP_CLIENTS
        if not (target == "urllib" and "urllib.parse" in known[name].text)
    ]


def clock_below_the_edge(known: Mapping[str, Module]) -> list[str]:
    """Time is an argument: only the edge asks the clock; nowhere is there a naive one."""
    found = []
    for name, module in known.items():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            attribute, owner = node.func.attr, node.func.value
            asks = (
                attribute in ("now", "utcnow", "today")
                and isinstance(owner, ast.Name)
                and owner.id in ("datetime", "date")
            )
            if not asks:
                continue
            if not node.args and not node.keywords:
                found.append(f"{name} asks for a naive time")
            elif module.feature not in ("web", "cli"):
                found.append(f"{name} asks the clock below the edge")
    return found


def drawers_for_odds_and_ends(known: Mapping[str, Module]) -> list[str]:
    return [f"{name} is a drawer" for name, module in known.items() if module.parts[-1] in FORBIDDEN_NAMES]


def too_long(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, module in known.items():
        lines = len(module.text.splitlines())
        if lines > MAX_MODULE_LINES:
            found.append(f"{name} has {lines} lines")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > MAX_FUNCTION_LINES:
                    found.append(f"{name}.{node.name} has {length} lines")
    return found


def without_docstring(known: Mapping[str, Module]) -> list[str]:
    return [f"{name} says nothing about itself" for name, module in known.items() if not ast.get_docstring(module.tree)]


def untyped(known: Mapping[str, Module]) -> list[str]:
    found = []
    for name, module in known.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
                bare = [one.arg for one in given if one.arg not in ("self", "cls") and one.annotation is None]
                if bare or node.returns is None:
                    found.append(f"{name}.{node.name} is not typed")
    return found


def environment_readers(known: Mapping[str, Module]) -> list[str]:
    return [
        f"{name} reads the environment"
        for name, module in known.items()
        if name != "config"
        and any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") for node in ast.walk(module.tree)
        )
    ]


RULES = (
    cycles, upward_features, upward_layers, unknown_features, flask_below_the_edge, search_knows_the_marketplace,
    impure_modules, deferred_imports, commits_outside_the_one_place, network_below_the_adapters, clock_below_the_edge,
    drawers_for_odds_and_ends, too_long, without_docstring, untyped, environment_readers,
)  # fmt: skip
