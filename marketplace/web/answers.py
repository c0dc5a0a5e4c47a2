"""How the API answers: JSON with entity tags, and lists with links to their neighbours."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response, abort, request

from marketplace.core.paging import MAX_PER_PAGE, PER_PAGE, Page
from marketplace.web import json_fields

CREATED = 201
LAST_PAGE = 10**6
IF_MATCH = "If-Match"


class ListQuery(json_fields.Body):
    """What every list takes."""

    page = json_fields.asked_number(1, LAST_PAGE, load_default=1)
    per_page = json_fields.asked_number(1, MAX_PER_PAGE, load_default=PER_PAGE)


def envelope(name: str, item: type[ma.Schema], **more: Any) -> type[ma.Schema]:
    """The schema of a list's answer."""
    fields = {
        "items": ma.fields.List(ma.fields.Nested(item), required=True),
        "total": ma.fields.Integer(required=True),
        "total_is_capped": ma.fields.Boolean(metadata={"description": "there are more than total says"}),
        "page": ma.fields.Integer(required=True),
        "per_page": ma.fields.Integer(required=True),
    }
    return type(name, (ma.Schema,), fields | more)


def answer(
    body: Mapping[str, Any], *, status: int = 200, version: int | None = None, place: str | None = None
) -> Response:
    """JSON, with the entity tag of the version it shows and, for something new, its address."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status, mimetype="application/json")
    if version is not None:
        response.set_etag(str(version))
    if place is not None and status == CREATED:
        response.headers["Location"] = place
    return response


def listed(page: Page[Any], rows: Sequence[Mapping[str, Any]], *, asked: int, **more: Any) -> Response:
    """A list with links to its neighbours; a page behind the last one is empty."""
    body = {
        "items": rows if page.number == asked else [],
        "total": page.shown_total,
        "total_is_capped": page.is_capped,
        "page": asked,
        "per_page": page.per_page,
    }
    response = answer(body | more)
    if links := list(_links(page, asked)):
        response.headers["Link"] = ", ".join(links)
    return response


def _links(page: Page[Any], asked: int) -> Iterable[str]:
    wanted = {"first": 1, "last": page.last}
    if asked > 1:
        wanted["prev"] = min(asked - 1, page.last)
    if asked < page.last:
        wanted["next"] = asked + 1
    others = [(name, value) for name, values in request.args.lists() if name != "page" for value in values]
    for relation, number in wanted.items():
        yield f'<{request.path}?{urlencode([*others, ("page", number)])}>; rel="{relation}"'


def check_version(version: int) -> int:
    """The version that the request was made from, which is the present one; else 428 (none named) or 412 (another)."""
    if not request.headers.get(IF_MATCH):
        abort(428)
    if str(version) not in request.if_match:
        abort(412)
    return version
