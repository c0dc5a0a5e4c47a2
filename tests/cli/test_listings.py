from config import ROOT
from marketplace.cli.listings import LIFECYCLES, RULED


def features_with(module: str) -> set[str]:
    return {path.parent.name for path in (ROOT / "marketplace").glob(f"*/{module}.py")} - {"core"}


def test_the_matrix_covers_every_feature_that_has_a_policy():
    assert {ruled.feature for ruled in RULED} == features_with("policies")


def test_the_tables_cover_every_feature_that_has_a_lifecycle():
    assert features_with("lifecycle") <= LIFECYCLES.keys()


def test_the_matrix_says_who_may_do_what_in_which_state(flask):
    said = flask("policies").stdout
    (row,) = (line for line in said.partition("## challenges")[2].splitlines() if line.startswith("| edit |"))

    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:7] == ["–", "–", "–", "draft, returned", "draft, returned", "draft, returned"]
    assert "✓" not in cells


def test_what_only_some_are_told_shows_in_the_matrix(flask):
    said = flask("policies").stdout.partition("## challenges")[2]
    (poster,) = (line for line in said.splitlines() if line.startswith("| see_poster |"))

    assert poster.split("|")[2].strip() == "open, open/summary"


def test_every_action_of_every_table_is_printed(flask):
    said = flask("lifecycles").stdout

    assert "| verify | submitted | verified |" in said
    for feature, lifecycle in LIFECYCLES.items():
        assert f"## {feature}\n\n{lifecycle.as_markdown()}\n" in said
