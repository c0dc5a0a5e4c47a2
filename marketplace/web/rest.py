"""The API's frame: flask-smorest with strict parsing, our problem details, entity tags and one way of answering lists.

How a feature joins: an ``api.py`` with an :class:`ApiBlueprint` and, on each view, its audience (``token`` or
``open_api`` of ``web.access``); bodies by the forms of its pages (``web.bodies``); the services of its pages.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import marshmallow as ma
from flask import Flask, Response, abort
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.flaskparser import FlaskParser

from marketplace.core.lifecycle import Lifecycle
from marketplace.web import json_fields
from marketplace.web.access import token
from marketplace.web.answers import IF_MATCH
from marketplace.web.converters import CodeConverter, PublicIdConverter
from marketplace.web.extensions import csrf
from marketplace.web.problems import MIMETYPE, ProblemSchema

View = TypeVar("View", bound=Callable[..., Any])
PREFIX = "/api/v1"
VERSION = "1.0"
EXTENSION_KEY = "jiebang.api"
CODE_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
IDEMPOTENCY_KEY = "Idempotency-Key"
INTRODUCTION = (
    "Everything the pages do, for programs. Ask with a token of one's account: `Authorization: Bearer jb_…`; what "
    "anybody may read needs none. Amounts are texts in yuan with two decimals, instants ISO 8601 with offset, dates "
    "YYYY-MM-DD. A change names the version it was made from in `If-Match` (the `ETag` of the answer that was read). "
    "A `POST` with an `Idempotency-Key` takes effect once: sent again within 24 hours it gets the same answer. Errors "
    "are problem details (RFC 9457), in the language of `Accept-Language` (zh, en)."
)


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest has no types
    """Errors below ``/api/`` are told by ``web.errors``, which tells those of pages too: none is registered here."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Not the one for the whole application: pages would get JSON."""

    def _register_responses(self) -> None:
        """Errors are problem details, and said to be."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = MIMETYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def register_blueprint(self, blp: "ApiBlueprint", **options: Any) -> None:
        csrf.exempt(blp)  # no cookie opens anything here, so that there is nothing to forge
        super().register_blueprint(blp, **options)


class StrictParser(FlaskParser):
    """Refuses what it does not know, in the address as in the body, and whatever is not JSON."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012

    def _raw_load_json(self, req: Any) -> Any:
        raw = req.get_data(cache=True)
        if not raw:
            return {}  # an empty body is one without fields
        if not req.is_json:
            abort(415)
        try:
            return json.loads(raw, parse_constant=_refuse)
        except (ValueError, RecursionError):
            abort(400)


class ApiBlueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest has no types
    """The API of one resource; ``resource`` is its name in addresses, scopes and the document."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, resource: str, module: str, *, description: str, path: str | None = None) -> None:
        place = f"{PREFIX}/{resource}" if path is None else f"{PREFIX}{path}"
        super().__init__(f"api_{resource}", module, url_prefix=place, description=description)
        self.resource = resource

    def add_url_rule(self, *args: Any, **options: Any) -> None:
        options["tags"] = options.get("tags") or [self.resource]
        super().add_url_rule(*args, **options)

    def offers(
        self,
        call: str,
        audience: Callable[[Any], Any],
        *,
        shows: type[ma.Schema],
        query: type[ma.Schema] | None = None,
        body: type[ma.Schema] | None = None,
        status: int = 200,
        endpoint: str | None = None,
        names_version: bool = False,
    ) -> Callable[[View], View]:
        """Register a view: ``call`` is method and address ("PATCH /<id:thing_id>"), ``shows`` documents its answer.

        ``query`` and ``body`` are loaded and given to the view first. A change ``names_version``: the document asks
        for ``If-Match`` (the view checks it), and answers carry an ``ETag``.
        """
        method, _blank, rule = call.partition(" ")
        parameters = [IF_MATCH_PARAMETER] if names_version and method != "GET" and "<" in rule else []
        parameters += [KEY_PARAMETER] if method == "POST" else []

        def register(view: View) -> View:
            offered: Any = self.doc(parameters=parameters)(view) if parameters else view
            offered = self.response(status, shows, headers=ETAG_HEADER if names_version else None)(offered)
            if query is not None:
                offered = self.arguments(query, location="query")(offered)
            if body is not None:
                offered = self.arguments(body, required=False)(offered)
            self.add_url_rule(rule, endpoint or view.__name__, audience(offered), methods=[method])
            return view

        return register


def actions_of(
    blueprint: ApiBlueprint,
    lifecycle: Lifecycle[Any],
    argument: str,
    *,
    body: type[ma.Schema],
    shown: type[ma.Schema],
    take: Callable[[str, str, Mapping[str, Any]], Response],
) -> None:
    """``{id}/actions/{action}`` for every action of the table, in kebab-case; ``take(id, action, body)`` takes it."""
    for action in lifecycle.actions:
        word = action.replace("_", "-")
        offer = blueprint.offers(
            f"POST /<id:{argument}>/actions/{word}",
            token(f"{blueprint.resource}:write"),
            shows=shown,
            body=body,
            endpoint=action,
            names_version=True,
        )
        offer(_action_view(action, argument, take))


def _action_view(
    action: str, argument: str, take: Callable[[str, str, Mapping[str, Any]], Response]
) -> Callable[..., Response]:
    def view(body: Mapping[str, Any], **arguments: str) -> Response:
        return take(arguments[argument], action, body)

    view.__doc__ = f"Take the step {action.replace('_', ' ')}, if state and rights allow it."

    return view


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _header(name: str, description: str, *, required: bool) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": {"type": "string", "maxLength": 255},
    }


IF_MATCH_PARAMETER = _header(IF_MATCH, "The ETag of the version that was read.", required=True)
KEY_PARAMETER = _header(IDEMPOTENCY_KEY, "Makes the request take effect once, for 24 hours.", required=False)
ETAG_HEADER = {"ETag": {"description": "The version that is shown.", "schema": {"type": "string"}}}


def init_app(app: Flask, blueprints: Iterable[ApiBlueprint]) -> Api:
    """Make the document and serve it; the page that shows it is ``web.api_docs``."""
    api = Api(
        spec_kwargs={
            "title": "Jiebang API",
            "version": VERSION,
            "openapi_version": "3.1.0",
            "info": {"description": INTRODUCTION},
            "security": [{}, {"token": []}],
        }
    )
    api.register_converter(PublicIdConverter, lambda _one: {"type": "string", "pattern": json_fields.PUBLIC_ID})
    api.register_converter(CodeConverter, lambda _one: {"type": "string", "pattern": CODE_PATTERN})
    api.init_app(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    app.extensions[EXTENSION_KEY] = json.dumps(api.spec.to_dict(), ensure_ascii=False)
    return api
