"""The public page of the log: its daily heads and the keys that signed them."""

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.audit import papers, queries, signing
from marketplace.core.calendar import beijing, day_of
from marketplace.web.access import public
from marketplace.web.current import now
from marketplace.web.transaction import reading

blueprint = Blueprint("log", __name__, url_prefix="/log")
MEDIA_TYPE = "application/jsonl"


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    with reading() as session:
        page = queries.published_heads(session, page=request.args.get("page", 1, int))
        latest, keys = queries.latest_head(session), queries.signing_keys(session)
    return render_template(
        "audit/log.html",
        page=page,
        keys=keys,
        is_behind=latest is not None and (day_of(now()) - latest.day).days > 2,  # noqa: PLR2004  (one day may still be due)
        latest=latest,
    )


@blueprint.get("/heads.jsonl")
@public
def heads() -> ResponseReturnValue:
    """Every head as it was signed, a line each."""
    with reading() as session:
        found = queries.every_head(session)
    lines = "".join(json.dumps(papers.as_line(head)) + "\n" for head in found)
    answer = Response(lines, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = "attachment; filename=heads.jsonl"
    return answer


@blueprint.get("/key")
@public
def key() -> ResponseReturnValue:
    """Public halves, newest first, as PEM with a line about each; openssl passes over those lines."""
    with reading() as session:
        keys = queries.signing_keys(session)
    blocks = []
    for one in keys:
        until = f", retired {beijing(one.retired_at):%Y-%m-%d %H:%M}" if one.retired_at else ""
        blocks.append(
            f"# {one.id}, since {beijing(one.created_at):%Y-%m-%d %H:%M}{until}\n{signing.as_pem(one.public)}"
        )
    return Response("".join(blocks) or "# no key yet\n", mimetype="text/plain")
