"""The README is true: tables of states, commands, settings, words, the map of modules; each check bites."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

import run
from marketplace.cli.commands import COMMANDS
from marketplace.cli.demo_people import PASSWORD
from marketplace.cli.listings import LIFECYCLES
from tests.architecture.rules import LAYERS
from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf8")
SHOWN_LIFECYCLES = ("challenges", "achievements", "questions", "organisations", "invitations", "qualifications")
READ_BY_RUN_PY = {"PORT", "HOST"}
GENERATED = re.compile(r"<!-- lifecycle: (?P<name>[\w-]+) -->\n(?P<table>.*?)<!-- end -->", re.DOTALL)


def section(readme: str, heading: str) -> str:
    """From a heading to the next one of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    rest = readme.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{1,{rank}}} ", rest, maxsplit=1)[0]


def first_cells(text: str) -> Iterator[str]:
    """The first cell of every row of the tables in a text, heads left out."""
    for line in re.findall(r"^\|(.*)\|$", text, flags=re.MULTILINE):
        cell = line.split(" | ")[0].strip(" |")
        if "`" in cell:
            yield cell


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# What does not hold


def outdated_lifecycles(readme: str) -> list[str]:
    shown = {match["name"]: match["table"].strip() for match in GENERATED.finditer(readme)}
    missing = [f"{name} is not shown" for name in SHOWN_LIFECYCLES if name not in shown]
    return missing + [
        f"the table of {name} is not the code's"
        for name, table in shown.items()
        if name not in LIFECYCLES or table != LIFECYCLES[name].as_markdown()
    ]


def wrong_commands(readme: str, known: Mapping[str, click.Command]) -> list[str]:
    """Commands and options that do not exist, and commands of ours that are not listed."""
    found, listed = [], set()
    for cell in first_cells(section(readme, "## Command line")):
        for words in in_code(cell):
            path, command = _resolved(words.split(), known)
            listed.add(path)
            if command is None or isinstance(command, click.Group):
                found.append(f"{words}: no such command")
                continue
            options = {name for parameter in command.params for name in parameter.opts}
            found += [f"{words}: no {option}" for option in re.findall(r"--[a-z-]+", words) if option not in options]
    return found + [f"{path} is not listed" for path in sorted(_all_paths(known) - listed)]


def _resolved(words: list[str], known: Mapping[str, click.Command]) -> tuple[str, click.Command | None]:
    command = known.get(words[0])
    path = words[0]
    for word in words[1:]:
        if not isinstance(command, click.Group):
            break
        command, path = command.commands.get(word), f"{path} {word}"
    return path, command


def _all_paths(known: Mapping[str, click.Command], before: str = "") -> set[str]:
    paths: set[str] = set()
    for name, command in known.items():
        path = f"{before} {name}".strip()
        paths |= _all_paths(command.commands, path) if isinstance(command, click.Group) else {path}
    return paths


def wrong_settings(readme: str, config: str) -> list[str]:
    """Settings that nobody reads, and settings that are read and not listed."""
    listed = {name for cell in first_cells(section(readme, "## Settings")) for name in in_code(cell)}
    read = names_read(config)
    return [f"{name} is not read" for name in sorted(listed - read - READ_BY_RUN_PY)] + [
        f"{name} is not listed" for name in sorted(read - listed)
    ]


def names_read(source: str) -> set[str]:
    """Names of the environment that a module asks for: ``env.get("NAME")``, ``environ["NAME"]``."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            owner, key = node.func.value, node.args[0]
        elif isinstance(node, ast.Subscript):
            owner, key = node.value, node.slice
        else:
            continue
        if ast.unparse(owner).rpartition(".")[2] in ("env", "environ") and isinstance(key, ast.Constant):
            found.add(str(key.value))
    return found


def wrong_words(readme: str) -> set[str]:
    """Words of run.py that only the README knows, or only run.py."""
    listed = {words.split()[0] for cell in first_cells(section(readme, "## Run it")) for words in in_code(cell)}
    return listed ^ {word for word in run.WORDS if not word.startswith("-")}


def wrong_names(readme: str, root: Path = ROOT) -> list[str]:
    """Names of the map of modules that do not exist, and packages that are not on it."""
    found, listed = [], set()
    folder = ""
    for line in re.split(r"```\n", section(readme, "## How it is built"))[1].splitlines():
        names = re.split(r" {3,}", line.strip())[0].split()
        is_inside = line.startswith(" ")
        for name in names:
            path = f"{folder}{name}" if is_inside else name
            listed.add(path.rstrip("/"))
            found += [] if (root / path).exists() else [f"{path} does not exist"]
        folder = folder if is_inside else names[0]
    packages = {str(one.parent.relative_to(root)) for one in (root / "marketplace").glob("*/__init__.py")}
    return found + [f"{package} is not on the map" for package in sorted(packages - listed)]


def dead_links(readme: str) -> list[str]:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    return [target for target in targets if not (ROOT / target).exists()]


def own_commands(app) -> dict[str, click.Command]:
    """Our commands as the application knows them."""
    return {str(command.name): app.cli.commands[str(command.name)] for command in COMMANDS}


def test_tables_of_states_are_the_code_s():
    assert outdated_lifecycles(README) == []


def test_every_command_exists_with_its_options_and_is_listed(app):
    assert wrong_commands(README, own_commands(app)) == []


def test_every_setting_is_read_and_every_name_that_is_read_is_listed():
    assert wrong_settings(README, (ROOT / "config.py").read_text(encoding="utf8")) == []


def test_where_it_listens_is_read_by_run_py():
    assert READ_BY_RUN_PY - names_read((ROOT / "tools" / "serving.py").read_text(encoding="utf8")) == set()


def test_run_py_knows_these_words_and_no_others():
    assert wrong_words(README) == set()


def test_the_map_of_modules_is_true():
    assert wrong_names(README) == []


def test_links_lead_somewhere():
    assert dead_links(README) == []


def test_the_fixed_names_of_modules_are_those_of_the_rules():
    names = re.findall(r"`(lifecycle models[^`]*)`", README)[0].split()
    assert names == LAYERS


def test_the_password_of_the_demo_is_the_one_it_has():
    assert f"password `{PASSWORD}`" in README


# Each check bites


def changed(before: str, after: str) -> str:
    assert before in README
    return README.replace(before, after, 1)


def test_an_outdated_table_of_states_is_caught():
    readme = changed("| submit | draft · returned | submitted |", "| submit | draft | submitted |")
    assert outdated_lifecycles(readme) == ["the table of challenges is not the code's"]


def test_a_table_of_states_that_is_gone_is_caught():
    readme = changed("<!-- lifecycle: organisations -->", "")
    assert outdated_lifecycles(readme) == ["organisations is not shown"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("`audit verify [--head HEX]`", "`audit prove`", "audit prove: no such command"),
        ("`audit verify [--head HEX]`", "`audit verify [--tail HEX]`", "audit verify [--tail HEX]: no --tail"),
        ("`audit verify [--head HEX]`", "`search rebuild`", "audit verify is not listed"),
    ],
)
def test_a_command_that_is_not_as_listed_is_caught(app, before, after, fault):
    assert fault in wrong_commands(changed(before, after), own_commands(app))


def test_a_setting_that_nobody_reads_is_caught():
    config = (ROOT / "config.py").read_text(encoding="utf8")
    assert wrong_settings(changed("| `MODE` |", "| `MOOD` |"), config) == ["MOOD is not read", "MODE is not listed"]
    assert wrong_settings(README, config + '\nSURPRISE = os.environ.get("SURPRISE")\n') == ["SURPRISE is not listed"]


def test_a_word_that_run_py_does_not_know_is_caught():
    assert wrong_words(changed("| `bench` |", "| `brew` |")) == {"bench", "brew"}


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("  matching/ ", "  mating/ ", "search/mating/ does not exist"),
        ("\nsearch/ ", "\nseek/ ", "seek/ does not exist"),
        (" bulk admin cli ", " admin cli ", "marketplace/bulk is not on the map"),
    ],
)
def test_a_map_that_leads_nowhere_is_caught(before, after, fault):
    assert fault in wrong_names(changed(before, after))


def test_a_dead_link_is_caught():
    assert dead_links(changed("docs/import.md)", "docs/export.md)")) == ["docs/export.md"]
