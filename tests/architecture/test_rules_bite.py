"""Each rule of structure is shown to fail on a fault injected into the real modules."""

import pytest

from tests.architecture import rules
from tests.architecture.sources import Module, modules

FAULTS = [
    (rules.cycles, "marketplace.core.money", "from marketplace.core.calendar import day_of\n", "marketplace.core.calendar",
     "from marketplace.core.money import yuan_text\n"),
    (rules.upward_features, "marketplace.core.money", "from marketplace.challenges.models import Challenge\n", None, None),
    (rules.upward_layers, "marketplace.challenges.models", "def late() -> None:\n    from marketplace.challenges.services import Step\n", None, None),
    (rules.unknown_features, "marketplace.surprise.models", '"""New."""\n', None, None),
    (rules.flask_below_the_edge, "marketplace.challenges.services", "from flask import request\n", None, None),
    (rules.search_knows_the_marketplace, "search.documents", "import marketplace.core.money\n", None, None),
    (rules.impure_modules, "marketplace.challenges.timing", "from sqlalchemy.orm import Session\n", None, None),
    (rules.deferred_imports, "marketplace.challenges.models", "def late() -> None:\n    from marketplace.audit import chain\n", None, None),
    (rules.commits_outside_the_one_place, "marketplace.challenges.services", "def f(session: Session) -> None:\n    session.commit()\n", None, None),
    (rules.network_below_the_adapters, "marketplace.challenges.services", "import smtplib\n", None, None),
    (rules.clock_below_the_edge, "marketplace.challenges.services", "MOMENT = datetime.now(UTC)\n", None, None),
    (rules.clock_below_the_edge, "marketplace.web.current", "MOMENT = datetime.now()\n", None, None),
    (rules.drawers_for_odds_and_ends, "marketplace.core.utils", '"""Odds."""\n', None, None),
    (rules.too_long, "marketplace.core.money", "# line\n" * 400, None, None),
    (rules.too_long, "marketplace.core.money", "def long() -> None:\n" + "    x = 1\n" * 51, None, None),
    (rules.without_docstring, "marketplace.core.silent", "x = 1\n", None, None),
    (rules.untyped, "marketplace.core.money", "def loose(amount):\n    return amount\n", None, None),
    (rules.environment_readers, "marketplace.core.money", "import os\nKEY = os.environ['KEY']\n", None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "name", "fault", "other", "other_fault"), FAULTS, ids=lambda value: getattr(value, "__name__", None)
)
def test_an_injected_fault_is_caught(rule, name, fault, other, other_fault):
    known = dict(modules())
    for target, text in ((name, fault), (other, other_fault)):
        if target:
            before = known[target].text if target in known else ""
            known[target] = Module(target, before + "\n" + text)

    assert rule(modules()) == []
    assert rule(known) != []
