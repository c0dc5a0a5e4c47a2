"""A person at a browser without scripts: reads pages, fills in forms by their labels or names, presses buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.factories.accounts import PASSWORD
from tests.journeys.pages import Button, Element, Form, forms_of, read

PATIENCE_SECONDS = 30
MOST_REDIRECTS = 5
Pairs = list[tuple[str, str]]
Typed = Mapping[str, "str | list[str] | bool | None"]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str = ""

    @property
    def is_elsewhere(self) -> bool:
        return 300 <= self.status < 400 and bool(self.location)


class Browser(Protocol):
    """Whatever asks and posts, and keeps cookies."""

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, pairs: Pairs) -> Answer: ...


class InProcess:
    """The application's own test client."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path))

    def post(self, path: str, pairs: Pairs) -> Answer:
        return self._answer(self.client.post(path, data=MultiDict(pairs)))

    def _answer(self, response) -> Answer:
        return Answer(response.status_code, response.text, response.location or "")


class OverHttp:
    """A real connection to a server on this machine, a new one for each question."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, pairs: Pairs) -> Answer:
        return self._ask("POST", path, urlencode(pairs))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(*self._address, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf8")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, response.headers.get("Location", ""))


class Person:
    """One person; ``page`` is what they look at, ``address`` where it is."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.address = "/"
        self.answer = Answer(0, "")
        self.page: Element = read("")

    @property
    def words(self) -> str:
        """What the page says, without the site's own head and foot."""
        return self.page.all("main")[0].words

    def open(self, address: str) -> "Person":
        self._arrive(address, self.browser.get(address))
        return self

    def follow(self, words: str) -> "Person":
        """Press the link that says so."""
        links = [one.get("href") for one in self.page.all("a") if one.words == words or one.get("aria-label") == words]
        assert links, f"no link {words!r} at {self.address}"
        return self.open(links[0])

    def press(self, words: str, typed: Typed | None = None) -> "Person":
        """Fill in the form around a button, press it, and go where it leads."""
        form, button = self._button(words)
        pairs = filled(form, typed or {})
        if button.name:
            pairs.append((button.name, button.value))
        address = button.address or self.address
        if form.method == "get":
            return self.open(f"{address.split('?')[0]}?{urlencode(pairs)}")
        self._arrive(address, self.browser.post(address, pairs))
        return self

    def would_send(self, words: str, typed: Typed | None = None) -> tuple[str, Pairs]:
        """Where a press would lead and with what, without pressing."""
        form, button = self._button(words)
        own = [(button.name, button.value)] if button.name else []
        return button.address or self.address, filled(form, typed or {}) + own

    def sign_in(self, email: str, password: str = PASSWORD) -> "Person":
        self.open("/login").press("登录", {"email": email, "password": password})
        assert self.answer.status == 200, self.words
        return self

    def buttons(self) -> list[str]:
        """The words of everything that can be pressed in the page's matter."""
        return [button.words for form in forms_of(self.page.all("main")[0]) for button in form.buttons]

    def _button(self, words: str) -> tuple[Form, Button]:
        found = [(form, button) for form in forms_of(self.page) for button in form.buttons if button.words == words]
        assert found, f"no button {words!r} at {self.address}: {self.buttons()}"
        return found[0]

    def _arrive(self, address: str, answer: Answer) -> None:
        for _ in range(MOST_REDIRECTS):
            if not answer.is_elsewhere:
                break
            parts = urlsplit(answer.location)
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            answer = self.browser.get(address)
        self.address, self.answer, self.page = address, answer, read(answer.text)


def _values(value: str | list[str] | bool | None, options: tuple[str, ...]) -> list[str]:
    """True ticks a box, None and False leave it alone."""
    if value is None or value is False:
        return []
    if value is True:
        return list(options[:1])
    return [value] if isinstance(value, str) else value


def filled(form: Form, typed: Typed) -> Pairs:
    """What a form sends once this was typed; only what stands on the page can be typed into."""
    pairs = list(form.values)
    for key, value in typed.items():
        name = form.names_by_label.get(key, key)
        assert name in form.options, f"no field {key!r}"
        pairs = [pair for pair in pairs if pair[0] != name]
        options = form.options[name]
        values = _values(value, options)
        assert not options or set(values) <= set(options), f"{key!r} offers {options}, not {values}"
        pairs += [(name, one) for one in values]
    return pairs
