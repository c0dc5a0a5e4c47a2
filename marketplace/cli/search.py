"""``flask search …``, ``flask match``: the index from outside, and matching without a database."""

import json
import sys
from datetime import UTC, datetime

import click
from flask.cli import AppGroup, with_appcontext

from marketplace.indexing import worker
from marketplace.indexing.engines import engine
from marketplace.web.current import registry
from marketplace.web.extensions import db
from search.documents import SearchQuery
from search.engine import SearchUnavailable

group = AppGroup("search", help="Build, check and ask the search index.")


@group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the index anew beside the old one and swap."""
    try:
        later = worker.rebuild(db.engine, engine(), registry(), now=datetime.now(UTC))
    except SearchUnavailable as error:
        raise click.ClickException(str(error)) from error
    count = sum(1 for _ in engine().versions())
    click.echo(f"{count} documents; {later} changed meanwhile and left to the worker")


@group.command("check")
@click.option("--repair", is_flag=True, help="Note every difference for the worker.")
@with_appcontext
def check(repair: bool) -> None:
    """Compare database and index; exit 1 where they differ."""
    try:
        differences = worker.compare(db.engine, engine(), registry())
    except SearchUnavailable as error:
        raise click.ClickException(str(error)) from error
    for difference in differences:
        click.echo(f"{difference.key}\t{difference.problem}")
    click.echo(f"{len(differences)} differences")
    if repair:
        worker.repair(db.engine, differences, now=datetime.now(UTC))
    if differences:
        sys.exit(1)


@group.command("query")
@click.argument("text")
@click.option("--kind", "kinds", multiple=True)
@click.option("--limit", default=10)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def query(text: str, kinds: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Ranked hits, best first."""
    try:
        result = engine().search(SearchQuery(text=text, kinds=frozenset(kinds), limit=limit))
    except SearchUnavailable as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        hits = [{"key": hit.key, "kind": hit.kind, "score": hit.score, "title": hit.title} for hit in result.hits]
        click.echo(json.dumps({"total": result.total, "hits": hits}, ensure_ascii=False))
        return
    for rank, hit in enumerate(result.hits, 1):
        click.echo(f"{rank}\t{hit.score:.3f}\t{hit.key}\t{hit.title}")
    click.echo(f"{result.total} in all")
