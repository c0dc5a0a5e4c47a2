"""Programs that ask the API for people: a client with a token in its header."""

import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.tokens import a_token
from tests.journeys.market import Market

API = "/api/v1"
OWN = {"enterprise owner", "own approver", "own editor", "own reader"}


class Program:
    """One program; without a token it is a stranger's."""

    def __init__(self, client: FlaskClient, token: str | None = None, language: str = "zh") -> None:
        self.client, self.language = client, language
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: Any = None, **headers: Any) -> TestResponse:
        """Names of headers are written with underscores: ``if_match='"1"'``."""
        given = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        data = None if body is None else json.dumps(body)
        kind = {"Content-Type": "application/json"} if body is not None else {}
        return self.client.open(
            f"{API}{path}",
            method=method,
            data=data,
            headers={"Accept-Language": self.language} | self.headers | kind | given,
        )

    def get(self, path: str, **headers: Any) -> TestResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> TestResponse:
        return self.ask("POST", path, body, **headers)

    def step(self, path: str, action: str, body: Any = None, **headers: Any) -> TestResponse:
        """Take a step from the version that is there now."""
        version = self.get(path).headers.get("ETag", '"0"')
        return self.post(f"{path}/actions/{action}", body, if_match=version, **headers)


def program_of(app: Flask, market: Market, who: str, **facts: Any) -> Program:
    """A program of somebody of the market, acting for their organisation, or with their staff roles."""
    if who == "visitor":
        return Program(app.test_client())
    organisation = (
        market.enterprise
        if who in OWN
        else market.institute
        if who == "institute owner"
        else market.other
        if who.startswith("other ") and "officer" not in who
        else None
    )
    secret = a_token(market.session, market.people[who], organisation, **facts)
    market.session.commit()
    return Program(app.test_client(), secret)


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem that an answer tells; it must be one, and of that status."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    told: dict[str, Any] = answer.get_json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told


def pointers(told: dict[str, Any]) -> set[str]:
    return {one["pointer"] if "pointer" in one else one["parameter"] for one in told.get("errors", ())}
