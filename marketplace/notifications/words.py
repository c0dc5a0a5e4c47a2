"""Words (pure): from a kind of news and its facts to a letter in one language, without a request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from marketplace.core.news import ChannelName, News, news_of
from marketplace.core.text import _

Gettext = Callable[[str], str]
Ngettext = Callable[[str, str, int], str]
FALLBACK_LANGUAGE = "zh"
SUBJECT = _("揭榜台：%(title)s")
LONGEST_QUOTED = 120
LINES = "lines"
"""The fact that is a list: of texts with facts of their own, each with the path it leads to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of several things in a letter, and where it is."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one message in one language."""

    title: str
    text: str
    quoted: str
    closing: str
    url: str
    after: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A letter: its subject, as plain text and as HTML; for short messages the sentences and the address alone."""

    subject: str
    body: str
    html: str = ""
    title: str = ""
    brief: str = ""
    url: str = ""


Render = Callable[[str, str, Mapping[str, Any]], Words]
"""(kind, language, facts) to words."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language: its catalogue, and templates that speak it."""

    html_lang: str
    gettext: Gettext
    templates: Environment


def voice(folder: Path, *, html_lang: str, gettext: Gettext, ngettext: Ngettext) -> Voice:
    """A missing fact is an error, never a gap in a letter. Plain text is not escaped, HTML is."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return Voice(html_lang, gettext, environment)


def renderer(voices: Mapping[str, Voice], *, base_url: str) -> Render:
    """Words by language; ``voices`` has one for each, Chinese at least."""

    def render(kind: str, language: str, facts: Mapping[str, Any]) -> Words:
        spoken = voices.get(language) or voices[FALLBACK_LANGUAGE]
        entry = news_of(kind)
        said = say_news(entry, facts, gettext=spoken.gettext, base_url=base_url)
        context = {
            "said": said,
            "html_lang": spoken.html_lang,
            "base_url": base_url,
            "may_choose": ChannelName.MAIL not in entry.must,
            "footer": [spoken.gettext(_("揭榜台")), base_url],
        }
        text, html = (spoken.templates.get_template(f"notifications/letter.{kind}") for kind in ("txt", "html"))
        return Words(
            subject=spoken.gettext(SUBJECT) % {"title": said.title},
            body=text.render(context).strip() + "\n",
            html=html.render(context),
            title=said.title,
            brief=_brief(said),
            url=said.url,
        )

    return render


def _brief(said: Said) -> str:
    """Everything in one line, for short messages; a long reason is cut."""
    quoted = " ".join(said.quoted.split())
    if len(quoted) > LONGEST_QUOTED:
        quoted = quoted[:LONGEST_QUOTED] + "…"
    return " ".join(" ".join((said.text, quoted, said.closing, said.url)).split())


def say_news(entry: News, facts: Mapping[str, Any], *, gettext: Gettext, base_url: str) -> Said:
    """The entry's words with these facts; a title is one line whatever its facts hold, or no program sends it."""
    in_title = {name: " ".join(str(facts[name]).split()) for name in entry.in_title}
    lines = [
        Line(" ".join((gettext(one["text"]) % one["facts"]).split()), base_url + one["path"] if one["path"] else "")
        for one in facts.get(LINES, ())
    ]

    def said(text: str) -> str:
        return gettext(text) % facts if text else ""

    return Said(
        title=gettext(entry.title) % in_title,
        text=said(entry.text),
        quoted=str(facts[entry.quoted]).strip() if entry.quoted else "",
        closing=said(entry.closing),
        url=base_url + entry.path % facts if entry.path else "",
        after=said(entry.after),
        lines=lines,
    )
