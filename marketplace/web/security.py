"""Headers of every answer: nothing inline, nothing framed, nothing private kept by caches."""

from flask import Flask, Response, request

from marketplace.web.access import is_api
from marketplace.web.current import actor

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store" if actor().is_signed_in else "no-cache")
        headers["Vary"] = "Authorization, Accept-Language" if is_api() else "Cookie"
    return response


def init_app(app: Flask) -> None:
    app.after_request(add_headers)
