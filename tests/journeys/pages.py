"""A page as people and their readers meet it: its forms with labels and buttons, and what is wrong with its markup."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
CONTROLS = ("input", "select", "textarea")


@dataclass(eq=False)
class Element:
    """A piece of a page; ``inside`` holds texts and elements in order."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    inside: list["Element | str"] = field(default_factory=list)

    def get(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, otherwise)

    def walk(self) -> Iterator["Element"]:
        """Everything below that a reader meets: what lies in a <template> does not exist yet."""
        for child in self.inside:
            if isinstance(child, Element):
                yield child
                if child.tag != "template":
                    yield from child.walk()

    def all(self, *tags: str) -> list["Element"]:
        return [one for one in self.walk() if one.tag in tags]

    @property
    def words(self) -> str:
        return " ".join(self._text().split())

    def _text(self) -> str:
        return "".join(child if isinstance(child, str) else child._text() for child in self.inside)

    @property
    def links(self) -> set[str]:
        return {one.get("href") for one in self.all("a")}

    def words_without(self, is_left_out: Callable[["Element"], bool]) -> str:
        """The text of a page without the pieces that are left out."""
        pieces = [
            child if isinstance(child, str) else child.words_without(is_left_out)
            for child in self.inside
            if isinstance(child, str) or not is_left_out(child)
        ]
        return " ".join(" ".join(pieces).split())

    @property
    def raw(self) -> str:
        """The text as it stands, without the first line break that browsers drop in a <textarea>."""
        return self._text().removeprefix("\r\n").removeprefix("\n")

    def ancestors(self) -> Iterator["Element"]:
        one = self.parent
        while one is not None:
            yield one
            one = one.parent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        open_ones = [self.here, *self.here.ancestors()]
        found = next((one for one in open_ones if one.tag == tag), None)
        if found is not None and found.parent is not None:
            self.here = found.parent

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


@dataclass(frozen=True)
class Button:
    """What a press would send: its own name and value, to its own address where it has one."""

    words: str
    name: str
    value: str
    address: str


@dataclass(frozen=True)
class Form:
    """A form as it stands on the page: what would be sent if nothing were typed, and by which labels it is filled."""

    address: str
    method: str
    values: tuple[tuple[str, str], ...]
    buttons: tuple[Button, ...]
    names_by_label: dict[str, str]
    options: dict[str, tuple[str, ...]]


def forms_of(page: Element) -> list[Form]:
    labels = {label.get("for"): label.words for label in page.all("label")}
    return [_form(form, labels) for form in page.all("form")]


def _form(form: Element, labels: dict[str, str]) -> Form:
    address = form.get("action")
    values: list[tuple[str, str]] = []
    names: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    for control in form.all(*CONTROLS):
        name = control.get("name")
        if not name or control.get("type") in ("submit", "button", "image", "reset"):
            continue
        names.setdefault(labels.get(control.get("id"), name), name)
        options[name] = (*options.get(name, ()), *_options(control))
        values += [(name, value) for value in _sent(control)]
    buttons = tuple(
        Button(one.words, one.get("name"), one.get("value"), one.get("formaction") or address)
        for one in form.all("button")
        if one.get("type", "submit") == "submit" and one.get("aria-hidden") != "true"
    )
    return Form(address, form.get("method", "get").lower(), tuple(values), buttons, names, options)


def _options(control: Element) -> tuple[str, ...]:
    if control.tag == "select":
        return tuple(option.get("value", option.words) for option in control.all("option"))
    return (control.get("value", "on"),) if control.get("type") in ("checkbox", "radio") else ()


def _sent(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [control.raw]
    if control.tag == "select":
        options = control.all("option")
        chosen = [one for one in options if "selected" in one.attributes] or (
            [] if "multiple" in control.attributes else options[:1]
        )
        return [one.get("value", one.words) for one in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control.attributes else []
    return [control.get("value")]


def faults_of(html: str, *, language: str) -> list[str]:
    """What the content security policy, readers and keyboards would stumble over; empty when all is well."""
    page = read(html)
    found = _faults_of_head(page, language) + _inline_code(page)
    found += [f"no label: {one.tag} {one.get('name')}" for one in _unlabelled(page)]
    found += [f"no words: {one.tag} {one.get('href') or one.get('name')}" for one in _nameless(page)]
    ids = Counter(one.get("id") for one in page.walk() if one.get("id"))
    found += [f"twice the same id: {name}" for name, count in ids.items() if count > 1]
    found += [f"label for nothing: {one.get('for')}" for one in page.all("label") if one.get("for") not in ids]
    found += [f"posts without a token: {one.get('action')}" for one in page.all("form") if _posts_without_token(one)]
    return found


def _faults_of_head(page: Element, language: str) -> list[str]:
    found = []
    headings = len(page.all("h1"))
    if headings != 1:
        found.append(f"{headings} h1")
    wanted = {"zh": "zh-CN", "en": "en"}[language]
    spoken = [one.get("lang") for one in page.all("html")]
    if spoken != [wanted]:
        found.append(f"html lang is {spoken}")
    if not all(one.words for one in page.all("title")) or not page.all("title"):
        found.append("no title")
    return found


def _inline_code(page: Element) -> list[str]:
    found = []
    for one in page.walk():
        if one.tag == "style" or (one.tag == "script" and (not one.get("src") or one.words)):
            found.append(f"inline {one.tag}")
        for name, value in one.attributes.items():
            is_handler = name == "style" or re.fullmatch(r"on[a-z]+", name)
            if is_handler or value.strip().lower().startswith("javascript:"):
                found.append(f"inline code: {one.tag} {name}")
    return found


def _unlabelled(page: Element) -> list[Element]:
    labelled = {label.get("for") for label in page.all("label") if label.words}
    controls = [one for one in page.all(*CONTROLS) if one.get("type") not in UNLABELLED]
    return [
        one
        for one in controls
        if one.get("id") not in labelled and not any(up.tag == "label" and up.words for up in one.ancestors())
    ]


def _nameless(page: Element) -> list[Element]:
    things = [one for one in page.all("a", "button") if one.get("aria-hidden") != "true"]
    return [
        one
        for one in things
        if not one.words and not one.get("aria-label") and not any(image.get("alt") for image in one.all("img"))
    ]


def _posts_without_token(form: Element) -> bool:
    has_token = any(one.get("name") == "csrf_token" for one in form.all("input"))
    return form.get("method").lower() == "post" and not has_token
