"""Words (pure): from a kind of news and its facts to a letter, by Jinja templates and without a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

Gettext = Callable[[str], str]
Ngettext = Callable[[str, str, int], str]
FALLBACK_LANGUAGE = "zh"
IN_SUBJECTS = frozenset({"title"})
"""Facts that stand in a letter's subject, which is one line: no program sends one that has more."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject and its text."""

    subject: str
    body: str


Render = Callable[[str, str, Mapping[str, str]], Words]
"""(kind, language, facts) to words."""


def plain_environment(folder: Path, *, base_url: str, gettext: Gettext, ngettext: Ngettext) -> Environment:
    """Templates of plain text in one language; a missing fact is an error, never a gap in a letter."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,  # noqa: S701  (plain text, read by mail programs)
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["base_url"] = base_url
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def renderer(environments: Mapping[str, Environment]) -> Render:
    """Words by language; ``environments`` has one for each, Chinese at least."""

    def render(kind: str, language: str, facts: Mapping[str, str]) -> Words:
        environment = environments.get(language) or environments[FALLBACK_LANGUAGE]
        said = {name: " ".join(value.split()) if name in IN_SUBJECTS else value for name, value in facts.items()}
        text = environment.get_template(f"notifications/{kind}.txt").render(said)
        subject, _separator, body = text.partition("\n")
        return Words(subject.strip(), body.strip() + "\n")

    return render
