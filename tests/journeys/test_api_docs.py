"""The page of the API: it keeps nobody out, breaks nothing of the strict policy, and shows every action."""

import pytest

from tests.journeys.chrome import WIDE, a_visitor
from tests.journeys.test_accessible_pages import NARROW, violations


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_the_api_under_the_strict_policy(served, chromium, size, language):
    visitor, close = a_visitor(chromium, served.url)
    page, complaints = visitor.page, []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        page.set_viewport_size(size)
        policy = page.goto(f"{visitor.url}/api/v1/docs?lang={language}").headers["content-security-policy"]
        assert "unsafe" not in policy
        page.wait_for_selector(".opblock")
        submit = page.locator(".opblock-post", has_text="/challenges/{challenge_id}/actions/submit")
        for operation in (submit, page.locator(".opblock-get").first):
            operation.locator(".opblock-summary-control").click()
            operation.locator(".responses-wrapper").wait_for()
        assert page.locator("pre:not([tabindex])").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(page) == []
        assert complaints == []
    finally:
        close()
