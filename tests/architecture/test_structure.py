"""Dependencies point one way, and small things stay small."""

import pytest

from tests.architecture.rules import ADAPTERS, RULES, too_long
from tests.architecture.sources import modules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps(rule):
    assert rule(modules()) == []


def test_every_adapter_named_in_the_rules_exists():
    assert ADAPTERS.keys() - modules().keys() == set()


def test_nine_functions_of_ten_fit_in_twenty_lines_and_nine_modules_of_ten_in_two_hundred():
    import ast

    known = {name: module for name, module in modules().items() if name not in ("config", "wsgi")}
    functions = sorted(
        node.end_lineno - node.lineno + 1
        for module in known.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
    )
    lengths = sorted(len(module.text.splitlines()) for module in known.values())
    assert functions[int(len(functions) * 0.9)] <= 20
    assert lengths[int(len(lengths) * 0.9)] <= 200
    assert too_long(known) == []
