"""The document of the API, and the page that shows it: our own files only, nothing inline."""

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.web.access import public
from marketplace.web.rest import EXTENSION_KEY, PREFIX

blueprint = Blueprint("api_docs", __name__, url_prefix=PREFIX)


@blueprint.get("/openapi.json")
@public
def document() -> ResponseReturnValue:
    return Response(current_app.extensions[EXTENSION_KEY], mimetype="application/json")


@blueprint.get("/docs")
@public
def page() -> ResponseReturnValue:
    return render_template("api_docs/page.html")
