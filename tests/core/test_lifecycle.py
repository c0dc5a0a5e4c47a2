"""Tables of states."""

from enum import StrEnum

import pytest

from marketplace.core.lifecycle import IllegalTransition, Lifecycle


class S(StrEnum):
    A = "a"
    B = "b"
    C = "c"


def test_a_step_is_looked_up_and_any_other_is_a_conflict():
    table = Lifecycle(initial=S.A, rows=[("go", {S.A}, S.B), ("stop", {S.A, S.B}, S.C)])
    assert table.target("go", S.A) is S.B
    assert table.actions_from(S.A) == ("go", "stop")
    with pytest.raises(IllegalTransition):
        table.target("go", S.B)


def test_a_row_listed_twice_is_refused():
    with pytest.raises(ValueError, match="listed twice"):
        Lifecycle(initial=S.A, rows=[("go", {S.A}, S.B), ("go", {S.A}, S.C)])


def test_states_that_nothing_leads_to_are_named():
    assert Lifecycle(initial=S.A, rows=[("go", {S.A}, S.B)]).unreachable() == {S.C}


def test_the_table_prints_as_markdown():
    table = Lifecycle(initial=S.A, rows=[("go", {S.A, S.C}, S.B)])
    assert table.as_markdown().splitlines()[2] == "| go | a · c | b |"
