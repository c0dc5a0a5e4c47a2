"""``flask match``: the site's matching over two files, without a database."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from marketplace.core.money import fen_from_yuan
from marketplace.indexing.engines import analyser_for
from marketplace.matching.presenters import as_text
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import area_name, direction_path, industry_choices
from search.matching.matcher import Match, match
from search.matching.profile import NeedProfile, OfferProfile

DEFAULT_TOP = 10


@click.command("match")
@click.argument("demands", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against", "offers", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--top", default=DEFAULT_TOP, help="So many for each demand; 0 ranks all.")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def match_files(demands: Path, offers: Path, top: int, as_json: bool) -> None:
    """Match DEMANDS with offers, both JSON lines with id, title, text and, where known, direction, readiness,
    budget (yuan), area and indicators."""
    known = catalogue()
    needs = [_need(row) for row in _rows(demands)]
    offered = [_offer(row) for row in _rows(offers)]
    industry_of = {one.code: one.industry for one in known.directions}
    names = _namer(known)
    for found in match(needs, offered, top=top, analyser=analyser_for(known), industry_of=industry_of):
        click.echo(_as_json(found, names) if as_json else _as_line(found, names))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Each line that is not empty; a line that is no object is named."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if not isinstance(row, dict) or not row.get("id") or not row.get("title"):
                    raise ValueError("id and title are needed")
            except ValueError as error:
                raise click.ClickException(f"{path.name}:{number}: {error}") from error
            yield row


def _need(row: dict[str, Any]) -> NeedProfile:
    return NeedProfile(**_common(row), readiness=_level(row), budget_fen=_fen(row.get("budget")))


def _offer(row: dict[str, Any]) -> OfferProfile:
    return OfferProfile(**_common(row), readiness=_level(row), price_fen=_fen(row.get("budget")))


def _common(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": str(row["id"]),
        "title": str(row["title"]),
        "text": str(row.get("text") or ""),
        "indicators": tuple(str(one) for one in row.get("indicators") or ()),
        "directions": (str(row["direction"]),) if row.get("direction") else (),
        "area": row.get("area") or None,
    }


def _level(row: dict[str, Any]) -> int | None:
    level = row.get("readiness")
    return int(level) if level not in (None, "") else None


def _fen(amount_yuan: Any) -> int | None:
    try:
        return fen_from_yuan(round(Decimal(str(amount_yuan)), 2)) if amount_yuan is not None else None
    except InvalidOperation:
        return None


def _namer(known: Catalogue) -> Callable[[str], str]:
    industries = dict(industry_choices(known, "zh"))
    areas = {one.code for one in known.areas}
    return lambda code: (
        industries.get(code) or (area_name(known, code, "zh") if code in areas else direction_path(known, code, "zh"))
    )


def _reasons(found: Match, names: Callable[[str], str]) -> list[str]:
    said = (as_text({"kind": one.kind, "values": one.values}, names) for one in found.reasons)
    return [text for text in said if text]


def _as_json(found: Match, names: Callable[[str], str]) -> str:
    row = {
        "demand": found.need,
        "offer": found.offer,
        "rank": found.rank,
        "score": round(found.score, 6),
        "reasons": _reasons(found, names),
    }
    return json.dumps(row, ensure_ascii=False)


def _as_line(found: Match, names: Callable[[str], str]) -> str:
    return f"{found.need}\t{found.rank}\t{found.offer}\t{found.score:.3f}\t{'；'.join(_reasons(found, names))}"
