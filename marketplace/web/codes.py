"""Codes that lead from paper to a page."""

from io import BytesIO

import segno
from flask import Response

from marketplace.web.current import config

QUIET_MODULES = 2


def absolute(path: str) -> str:
    """The address people type or scan, whatever the request came by."""
    return f"{config().base_url}{path}"


def code_of(path: str) -> Response:
    """A QR code of a page's address as SVG."""
    drawn = BytesIO()
    segno.make(absolute(path), error="m", micro=False).save(drawn, kind="svg", border=QUIET_MODULES, scale=4)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
