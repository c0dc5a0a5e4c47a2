"""The adapter between requests of programs and our tokens: who is asking, how often, and whether for the first time."""

import hashlib
from contextlib import suppress
from typing import cast

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from marketplace.accounts import login
from marketplace.accounts.limits import client_of
from marketplace.accounts.standing import SignedIn, Standing
from marketplace.core.errors import Invalid, Locked, NotAllowed
from marketplace.core.text import _, say
from marketplace.core.transaction import before_commit
from marketplace.tokens import limits, queries, services
from marketplace.tokens.models import ApiAnswer
from marketplace.tokens.queries import Bearer
from marketplace.web.access import is_api
from marketplace.web.current import now
from marketplace.web.rest import IDEMPOTENCY_KEY
from marketplace.web.transaction import reading, writing

EXTENSION_KEY = "jiebang.tokens"
RATES = "API_RATES"
"""Key of the setting that holds the :class:`limits.Rates`."""
BAD_TOKEN: dict[str, str | None] = {"realm": "jiebang", "error": "invalid_token"}
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Link", "Allow")
REPLAYED = "Idempotency-Replayed"
NOT_KEPT = frozenset({401, 429})
"""Answers that do not come from the request itself."""
TOO_OFTEN = _("请求太频繁，请 %(seconds)d 秒后再试。")
CONSENT_ASKED = _("服务条款有更新：请先登录网站同意新的条款，令牌才能继续使用。")
FACTOR_ASKED = _("工作人员要先在账户里启用两步验证，令牌才能使用。")
KEY_WRONG = _("Idempotency-Key 是 1 到 255 个可见字符。")


class TooOften(Locked):
    """More requests than the limit; ``wait_seconds`` becomes ``Retry-After``."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(say(TOO_OFTEN, seconds=wait_seconds))
        self.wait_seconds = wait_seconds


def init_app(app: Flask) -> None:
    """Before the check of audiences, which asks who is looking."""
    app.extensions[EXTENSION_KEY] = limits.Windows()
    app.config.setdefault(RATES, limits.Rates())
    app.before_request(admit)


def init_answers(app: Flask) -> None:
    """After the check of audiences: only what may be asked at all is remembered."""
    app.before_request(take_place)
    app.after_request(keep_answer)


def admit() -> None:
    """Set who asks; 401 for a token that does not hold, 429 for too many requests."""
    if not is_api() or request.endpoint == "api_docs.document":
        return
    moment, rates = now(), cast(limits.Rates, current_app.config[RATES])
    bearer = _bearer()
    if bearer is None:
        _count(f"address {client_of(request.remote_addr or '')}", rates.per_address)
        if "Authorization" in request.headers:
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", BAD_TOKEN))
        return
    _count(f"token {bearer.token_id}", rates.per_token)
    if limits.is_worth_noting(seen_at=bearer.last_used_at, now=moment):
        # A long write elsewhere must not keep anybody from reading: this note can wait for the next request.
        with suppress(OperationalError), writing() as session:
            services.note_used(session, bearer.token_id, now=moment)


def _bearer() -> Bearer | None:
    """Whom the token in the header speaks for, set as the viewer; None where it does not hold."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    with reading() as session:
        bearer = queries.holder_of(session, given.token, now=now())
        standing = login.standing_of(session, _person(bearer)) if bearer else None
    if bearer is None or standing is None:
        return None
    if bearer.asks_consent:
        raise NotAllowed(CONSENT_ASKED)
    if login.needs_factor(standing) and not bearer.has_factor:
        raise NotAllowed(FACTOR_ASKED)
    narrowed = _narrowed(standing, bearer.organisation_id)
    if narrowed is None:
        return None
    g.viewer = login.as_viewer(_person(bearer), narrowed, scopes=bearer.scopes)
    g.token_id = bearer.token_id
    return bearer


def _person(bearer: Bearer) -> SignedIn:
    moment = now()
    return SignedIn(0, bearer.user_id, bearer.public_id, bearer.name, bearer.organisation_id, moment, moment)


def _narrowed(standing: Standing, organisation_id: int | None) -> Standing | None:
    """Rights in the token's organisation alone, or the staff roles alone; None where the person has left it."""
    if organisation_id is None:
        return Standing(standing.staff_grants, ())
    own = tuple(one for one in standing.affiliations if one.organisation_id == organisation_id)
    return Standing(frozenset(), own) if own else None


def _count(who: str, most: int) -> None:
    windows = cast(limits.Windows, current_app.extensions[EXTENSION_KEY])
    wait_seconds = windows.take(who, most, now=now())
    if wait_seconds is not None:
        raise TooOften(wait_seconds)


# Requests that must not be executed twice


def take_place() -> Response | None:
    """The first with its key goes on; the same one again gets the answer that the first was given."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if request.method != "POST" or key is None or "token_id" not in g or request.endpoint is None:
        return None
    if not 0 < len(key) <= limits.MAX_KEY_CHARACTERS or not key.isprintable():
        raise Invalid({}, KEY_WRONG)
    with writing() as session:
        answer = services.begin(session, token_id=g.token_id, key=key, request_hash=_request_hash(), now=now())
    if answer.status is not None:
        return _replayed(answer)
    g.answer_id = answer.id
    return None


def keep_answer(response: Response) -> Response:
    answer_id = g.pop("answer_id", None)
    if answer_id is None:
        return response
    body = response.get_data(as_text=True)
    is_ours = response.status_code < 500 and response.status_code not in NOT_KEPT  # noqa: PLR2004
    with writing() as session:
        if is_ours and len(body) <= limits.MAX_ANSWER_CHARACTERS:
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            services.keep_answer(session, answer_id, status=response.status_code, headers=headers, body=body)
        else:
            services.forget_answer(session, answer_id)
    return response


@before_commit
def note_executed(session: Session) -> None:
    """In the transaction of the request itself: after a crash it is known whether it took effect."""
    if has_request_context() and "answer_id" in g:
        services.mark_executed(session, g.answer_id, now=now())


def _replayed(answer: ApiAnswer) -> Response:
    response = Response(answer.body or "", answer.status)
    response.headers.update(answer.headers or {})
    response.headers[REPLAYED] = "true"
    return response


def _request_hash() -> str:
    """Of what was asked: method, address, version and body."""
    parts = (request.method, request.full_path, request.headers.get("If-Match", ""))
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(request.get_data(cache=True))
    return digest.hexdigest()
