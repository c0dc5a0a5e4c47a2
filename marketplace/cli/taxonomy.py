"""``flask taxonomy …``: which directions a text belongs to, without a database."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import UNKNOWN, direction_name
from marketplace.web.language import gettext, language
from search.classification import Classifier, DirectionProfile

group = AppGroup("taxonomy", help="The taxonomy.")

NOT_A_ROW = _("第 %(number)d 行不是含 id、title、text 的 JSON 对象，已跳过。")
SCORE_DECIMALS = 4


@group.command("classify")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def classify(as_json: bool) -> None:
    """Read JSON lines with id, title and text from standard input; print the directions of each, best first."""
    known = catalogue()
    classifier = Classifier(profiles_of(known))
    is_any_skipped = False
    for number, line in enumerate(sys.stdin, start=1):
        row = _row_of(line)
        if row is not None:
            scored = classifier.classify(str(row.get("title") or ""), str(row.get("text") or ""))
            click.echo(_answer(known, row.get("id"), scored, as_json=as_json))
        elif line.strip():
            is_any_skipped = True
            click.echo(gettext(NOT_A_ROW, number=number), err=True)
    if is_any_skipped:
        raise click.exceptions.Exit(1)


def profiles_of(known: Catalogue) -> list[DirectionProfile]:
    """The directions in the words of the search package."""
    return [
        DirectionProfile(
            one.code, one.industry, tuple((phrase.text, float(phrase.weight)) for phrase in one.phrases), one.ipc
        )
        for one in known.directions
    ]


def _row_of(line: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line.removeprefix("\ufeff"))
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _answer(known: Catalogue, name: object, scored: list[tuple[str, float]], *, as_json: bool) -> str:
    if as_json:
        directions = [{"code": code, "score": round(score, SCORE_DECIMALS)} for code, score in scored]
        return json.dumps({"id": name, "directions": directions}, ensure_ascii=False)
    named = [f"{direction_name(known, code, language())} {score:.2f}" for code, score in scored]
    return f"{name}\t{'、'.join(named) or UNKNOWN.zh}"
