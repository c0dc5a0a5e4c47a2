import re

import pytest

from marketplace.notifications import faults
from marketplace.notifications.faults import said_of
from tests.architecture.sources import ROOT

RAISED = re.compile(r'(?:NotTaken|Refused|Fault)\(f?"((?:the|no) [^"]+)"')
WRITTEN = sorted(
    {
        found
        for module in ("channels", "webhooks", "worker")
        for found in RAISED.findall((ROOT / f"marketplace/notifications/{module}.py").read_text(encoding="utf-8"))
    }
)


def test_the_sources_are_read():
    assert len(WRITTEN) > 15


@pytest.mark.parametrize("error", WRITTEN)
def test_every_reason_that_is_kept_has_words_for_people(error):
    said = said_of(re.sub(r"\{[^}]*\}", "503", error))
    assert said.id != faults.OTHER


def test_a_code_is_repeated_and_nothing_else():
    assert str(said_of("the mail server answered 451 try later, li@example.com")) == "邮件服务器回答 451"
    assert str(said_of("the gateway answered with error code -1")) == "网关回答错误码 -1"
    assert str(said_of("ValueError")) == faults.OTHER
