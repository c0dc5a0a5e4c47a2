"""A person at a real browser; ``stumbles`` is what a careful observer noted meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

from tests.factories.accounts import PASSWORD

NARROW_PIXELS = (390, 320)
WIDE = {"width": 1280, "height": 900}
PATIENCE_MS = 15_000
MOST_TABS = 120
PROVOKED = "Failed to load resource: the server responded with a status of 4"
"""What the browser notes of every refusal that a journey asks for."""


@dataclass
class Visitor:
    """A browser window of one person."""

    page: Page
    url: str
    stumbles: list[str] = field(default_factory=list)
    stays_narrow: bool = False

    @property
    def words(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def open(self, path: str) -> "Visitor":
        self.page.goto(self.url + path)
        return self.look()

    def press(self, words: str) -> "Visitor":
        """Press a button and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()
        return self.look()

    def follow(self, words: str) -> "Visitor":
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words, exact=True).first.click()
        return self.look()

    def fill(self, typed: dict[str, str | bool]) -> "Visitor":
        """Type into fields by their names: text, choices of a list, ticks."""
        for name, value in typed.items():
            control = self.field(name)
            if value is True:
                control.check()
            elif control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(str(value))
            else:
                control.fill(str(value))
        return self

    def field(self, name: str) -> Locator:
        return self.page.locator(f'form [name="{name}"]')

    def sign_in(self, email: str) -> "Visitor":
        self.open("/login").fill({"email": email, "password": PASSWORD})
        return self.press("登录")

    def look(self) -> "Visitor":
        """Note whether the page can be read on telephones without moving it sideways."""
        for width in NARROW_PIXELS:
            self.page.set_viewport_size({"width": width, "height": 800})
            too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if too_wide > 0:
                self.stumbles.append(f"{self.page.url} is {too_wide} px too wide at {width}")
        if not self.stays_narrow:
            self.page.set_viewport_size(WIDE)
        return self

    def tab_to(self, is_there: str) -> "Visitor":
        """Go on with the tabulator key until the focus is where a script says."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"(() => {{ const at = document.activeElement; return {is_there}; }})()"):
                return self
        raise AssertionError(f"the keyboard does not come to {is_there}")

    def tab_to_field(self, name: str) -> "Visitor":
        return self.tab_to(f"at.name === '{name}'")

    def tab_to_button(self, words: str) -> "Visitor":
        return self.tab_to(f"at.tagName === 'BUTTON' && at.textContent.trim() === '{words}'")

    def type(self, text: str) -> "Visitor":
        self.page.keyboard.insert_text(text)
        return self

    def key(self, *keys: str) -> "Visitor":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def key_to_next_page(self, key: str) -> "Visitor":
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self.look()


def a_visitor(chromium: Browser, url: str) -> tuple[Visitor, Callable[[], None]]:
    """A fresh window, and how to close it."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    visitor = Visitor(page, url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(PROVOKED):
            visitor.stumbles.append(f"{page.url} {message.type}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 500:
            visitor.stumbles.append(f"{response.url} answers {response.status}")

    def on_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # whoever goes on quickly leaves the rest of a page behind
            visitor.stumbles.append(f"{request.url} failed: {request.failure}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: visitor.stumbles.append(f"{page.url} script: {error}"))
    page.on("requestfailed", on_failure)
    page.on("response", on_response)
    return visitor, context.close
