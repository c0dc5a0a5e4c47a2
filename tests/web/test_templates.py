"""Every template, read but not run: what the content security policy, readers and translators ask of it."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "marketplace/web/static/css"
PARSER = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
TRANSLATORS = frozenset({"_", "gettext", "counted"})
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
JINJA = r"\{\{.*?\}\}|\{%.*?%\}"
TAG = re.compile(rf"<(?P<name>input|select|textarea)\b(?P<rest>(?:{JINJA}|[^>{{]|\{{(?![{{%]))*)>", re.DOTALL)
FORM = re.compile(rf"<form\b(?P<rest>(?:{JINJA}|[^>{{]|\{{(?![{{%]))*)>(?P<body>.*?)</form>", re.DOTALL)
INLINE = (
    re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    re.compile(r"<style\b", re.IGNORECASE),
    re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    re.compile(r"<script\b[^>]*>\s*[^\s<]", re.IGNORECASE),
    re.compile(r"javascript:", re.IGNORECASE),
)
UNLABELLED_KINDS = ("hidden", "submit", "button", "reset", "image")
HIDDEN_FIELDS = frozenset({"version", "consent_version", "hidden_tag"})
FIELD_MACROS = frozenset({"components/form.html", "components/upload.html"})
"""Where fields are drawn: everywhere else they go through these macros, which bring label, help and fault."""


def without_comments(source: str) -> str:
    return re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)


def inline_code(source: str) -> list[str]:
    """Inline styles, handlers and scripts: the content security policy refuses them."""
    return [match[0] for pattern in INLINE for match in pattern.finditer(without_comments(source))]


def unescaped(source: str) -> list[str]:
    """Places that switch escaping off."""
    tree = PARSER.parse(source)
    filters = [f"line {one.lineno}: |safe" for one in tree.find_all(nodes.Filter) if one.name == "safe"]
    switched = [f"line {one.lineno}: autoescape" for one in tree.find_all(nodes.ScopedEvalContextModifier)]
    return filters + switched


def forms_without_token(source: str) -> list[str]:
    """Forms that post without a CSRF token."""
    forms = FORM.finditer(without_comments(source))
    posts = [form for form in forms if re.search(r"method=.?post", form["rest"], re.IGNORECASE)]
    return [form["rest"].strip() for form in posts if not re.search(r"csrf\(\)|csrf_token", form["body"])]


def untranslated(source: str) -> list[str]:
    """Chinese that is not inside ``_()``."""
    texts = _plain_texts(PARSER.parse(source))
    return [f"line {line}: {text.strip()[:40]}" for line, text in texts if CHINESE.search(text)]


def _plain_texts(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATORS:
        for value in node.kwargs:
            yield from _plain_texts(value)
        return
    if isinstance(node, nodes.TemplateData):
        yield node.lineno, re.sub(r"<!--.*?-->", "", node.data, flags=re.DOTALL)
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value
    for child in node.iter_child_nodes():
        yield from _plain_texts(child)


def translated_variables(source: str) -> list[str]:
    """``_()`` of anything but a constant: it cannot be extracted, and its result would be printed unescaped."""
    calls = PARSER.parse(source).find_all(nodes.Call)
    ours = [call for call in calls if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS]
    return [f"line {call.lineno}" for call in ours if not call.args or not isinstance(call.args[0], nodes.Const)]


def unlabelled_controls(source: str) -> list[str]:
    """Controls written by hand whose label is not in the same template."""
    text = without_comments(source)
    return [match[0][:80] for match in TAG.finditer(text) if not _is_labelled(match, text)]


def _is_labelled(control: re.Match[str], text: str) -> bool:
    rest = control["rest"]
    kind = re.search(r'\btype="([^"]*)"', rest)
    if (control["name"] == "input" and kind and kind[1] in UNLABELLED_KINDS) or "aria-label" in rest:
        return True
    identity = re.search(r'\bid="((?:\{\{.*?\}\}|[^"])*)"', rest)
    if identity and f'for="{identity[1]}"' in text:
        return True
    before = text[: control.start()]
    return before.rfind("<label") > before.rfind("</label>")


def fields_without_macro(source: str) -> list[str]:
    """Fields of a form drawn bare, ``{{ form.title }}`` or ``{{ form.title() }}``: without label, help and fault."""
    printed = [one for output in PARSER.parse(source).find_all(nodes.Output) for one in output.nodes]
    drawn = [one.node if isinstance(one, nodes.Call) else one for one in printed]
    fields = [one for one in drawn if isinstance(one, nodes.Getattr) and _is_of_form(one)]
    return [f"line {one.lineno}: {one.attr}" for one in fields if one.attr not in HIDDEN_FIELDS]


def _is_of_form(field: nodes.Getattr) -> bool:
    owner = field.node
    if isinstance(owner, nodes.Name):
        return owner.name == "form"
    return isinstance(owner, nodes.Getattr) and owner.attr == "form"


def undrawn_classes(source: str) -> list[str]:
    """Classes no style sheet knows: a misspelt one leaves a piece of the page bare."""
    written = " ".join(re.findall(rf'\bclass="((?:{JINJA}|[^"{{])*)"', without_comments(source)))
    return sorted(set(re.findall(r"(?<!\S)[a-z][\w-]*(?!\S)", re.sub(JINJA, "{}", written))) - _drawn_classes())


@cache
def _drawn_classes() -> frozenset[str]:
    sheets = (path.read_text(encoding="utf-8") for path in STYLES.glob("*.css"))
    return frozenset(name for sheet in sheets for name in re.findall(r"\.([a-zA-Z][\w-]*)", sheet))


CHECKS: tuple[Callable[[str], list[str]], ...] = (
    inline_code,
    unescaped,
    forms_without_token,
    untranslated,
    translated_variables,
    unlabelled_controls,
    fields_without_macro,
    undrawn_classes,
)
INJECTED: dict[str, tuple[Callable[[str], list[str]], str]] = {
    "inline style": (inline_code, '<p style="color:red">x</p>'),
    "inline handler": (inline_code, '<button type="button" onclick="go()">x</button>'),
    "style element": (inline_code, "<style>p{}</style>"),
    "inline script": (inline_code, "<script>go()</script>"),
    "script with a source and a body": (inline_code, '<script src="a.js">go()</script>'),
    "javascript address": (inline_code, '<a href="javascript:go()">x</a>'),
    "safe filter": (unescaped, "{{ text | safe }}"),
    "autoescape off": (unescaped, "{% autoescape false %}{{ text }}{% endautoescape %}"),
    "post without token": (forms_without_token, '<form method="post"><button>x</button></form>'),
    "second post without token": (
        forms_without_token,
        '<form method="post">{{ csrf() }}</form><form class="{{ \'>\' if a > b }}" method="post"><p>x</p></form>',
    ),
    "bare Chinese": (untranslated, "<p>榜单</p>"),
    "Chinese in an attribute": (untranslated, '<input aria-label="榜单">'),
    "Chinese in an expression": (untranslated, "{{ '有' if x else '无' }}"),
    "Chinese punctuation": (untranslated, "{{ names | join('、') }}"),
    "Chinese value of a translated text": (untranslated, "{{ _('共 %(n)s', n='三') }}"),
    "translated variable": (translated_variables, "{{ _(title) }}"),
    "input without label": (unlabelled_controls, '<input id="q" name="q">'),
    "select with another's label": (unlabelled_controls, '<label for="a">x</label><select id="b"></select>'),
    "label that is closed": (unlabelled_controls, "<label>x</label><textarea></textarea>"),
    "bare field": (fields_without_macro, "{{ form.title }}"),
    "called field": (fields_without_macro, "{{ form.title(class='input') }}"),
    "misspelt class": (undrawn_classes, '<p class="card bdoy {{ tone }}">x</p>'),
    "field of a row": (fields_without_macro, "{{ entry.form.name() }}"),
}
SOUND = """
{# 说明 #}
<form method="post">{{ csrf() }}<label for="q">{{ _('关键词') }}</label><input id="q" name="q"></form>
<form method="get"><label>{{ _('方向') }} <select name="d"></select></label><input type="hidden" name="page"></form>
<label for="r-{{ row.id }}">x</label><textarea id="r-{{ row.id }}"{% if a > b %} disabled{% endif %}></textarea>
<p class="card {{ 'key' if x }} state-{{ tone }}{% if y %} num{% endif %}">x</p>
<script src="{{ url_for('static', filename='js/keep.js') }}" defer></script>
{{ form.version }}{{ field(form.title, help=_('一句话')) }}{{ _('共 %(n)s 项', n=page.total) }}{{ label | translate }}
"""


def template_names() -> list[str]:
    found = (path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", template_names())
def test_every_template_is_sound(name, check):
    if check is fields_without_macro and name in FIELD_MACROS:
        return
    assert check((TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("fault", INJECTED)
def test_an_injected_fault_is_found(fault):
    check, source = INJECTED[fault]
    assert check(source) != []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_template_passes(check):
    assert check(SOUND) == []


def test_every_shared_macro_is_explained_at_the_head_of_its_file():
    unexplained = []
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        source = path.read_text(encoding="utf-8")
        head = source.partition("#}")[0]
        macros = [one.name for one in PARSER.parse(source).find_all(nodes.Macro) if not one.name.startswith("_")]
        unexplained += [f"{path.name}: {name}" for name in macros if f"{name}(" not in head]
    assert unexplained == []
