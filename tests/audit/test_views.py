"""The public page of the log."""

import json
import subprocess

import pytest

from marketplace.audit import papers, signing
from marketplace.audit import services as audit
from marketplace.audit.queries import unsigned_days
from marketplace.core.actor import SYSTEM
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from tests.audit.test_heads import DAY
from tests.conftest import NOON


@pytest.fixture
def published(database):
    audit.record(database, actor=SYSTEM, action="edit", subject=Subject("challenge", "abcdefghijkm"), now=NOON)
    finish(database)
    heads = audit.publish_heads(database, unsigned_days(database, now=NOON + 2 * DAY), seal_key="s", now=NOON + 2 * DAY)
    finish(database)
    database.commit()
    return heads


def test_before_the_first_day_is_over_the_page_says_when_there_will_be_something(client):
    page = client.get("/log")
    assert page.status_code == 200
    assert "还没有公布过" in page.text
    assert client.get("/log/key").text == "# no key yet\n"
    assert client.get("/log/heads.jsonl").text == ""


def test_a_visitor_sees_each_day_and_its_head(client, published):
    page = client.get("/log").text
    assert all(head.head in page and head.day.isoformat() in page for head in published)
    assert len(published) == 2
    assert "Daily log" in client.get("/log?lang=en").text


def test_heads_and_key_are_enough_to_check_the_signatures(client, published):
    answer = client.get("/log/heads.jsonl")
    heads = papers.heads(answer.text.splitlines())
    keys = signing.from_pem(client.get("/log/key").text)
    assert [head.day for head in heads] == [head.day for head in published]
    assert all(signing.holds(head, keys) for head in heads)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_openssl_checks_a_signature_with_the_key_as_it_comes(client, published, tmp_path):
    (tmp_path / "key.pem").write_text(client.get("/log/key").text)
    (head,) = papers.heads(client.get("/log/heads.jsonl").text.splitlines()[:1])
    (tmp_path / "statement").write_bytes(head.statement)
    (tmp_path / "signature").write_bytes(bytes.fromhex(head.signature))
    words = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement -sigfile signature"

    found = subprocess.run(words.split(), cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (found.returncode, found.stdout.strip()) == (0, "Signature Verified Successfully")


def test_nobody_can_count_the_acts_of_a_day_from_outside(client, published):
    for line in client.get("/log/heads.jsonl").text.splitlines():
        assert set(json.loads(line)) == {"day", "head", "key", "published_at", "signature"}


def test_a_page_that_is_behind_says_so(client, published):
    assert "以后的哈希还没有公布" in client.get("/log").text
