"""``/style`` shows every component of the templates."""

import re
from pathlib import Path

import pytest

from tests.web.test_templates import TEMPLATES

COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


def macros_of(component: Path) -> list[str]:
    """What a component offers to pages; names with an underscore are its own."""
    return re.findall(r"{%-? macro ([a-z]\w*)\(", component.read_text(encoding="utf-8"))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_has_a_sample(client, component):
    page = client.get("/style").text
    source = (TEMPLATES / "style/index.html").read_text(encoding="utf-8")
    assert f'"components/{component.name}"' in source
    for macro in macros_of(component):
        assert re.search(rf"\b{macro}\(", page) or macro in {"flashes", "csrf", "breadcrumbs", "card"}, macro


def test_samples_are_drawn_with_their_faults(client):
    page = client.get("/style?lang=en").text
    assert "CNY 4.8 million" in page
    assert "9 Dec 2026" in page
    assert 'role="alert"' in page
    assert "1 error to correct" in page
