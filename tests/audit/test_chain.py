"""The chain as arithmetic."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.audit.chain import GENESIS, Link, first_break, hash_of_detail, hash_of_entry
from tests.conftest import NOON


def a_log(length: int) -> list[Link]:
    links, previous = [], GENESIS
    for number in range(1, length + 1):
        facts = {
            "number": number,
            "at": NOON + timedelta(seconds=number),
            "actor": "person",
            "action": "edit",
            "subject": f"challenge:{number}",
            "detail_hash": hash_of_detail("salt", {"n": number}),
            "previous_hash": previous,
        }
        previous = hash_of_entry(**facts)
        links.append(Link(hash=previous, **facts))
    return links


def test_a_log_that_nobody_touched_holds():
    assert first_break(a_log(5)) is None
    assert first_break([]) is None


def test_a_log_contains_every_head_it_ever_had():
    log = a_log(5)
    assert all(first_break(log, head=link.hash) is None for link in log)


@pytest.mark.parametrize(
    "change",
    [{"actor": "other"}, {"action": "award"}, {"subject": "challenge:9"}, {"at": NOON}, {"detail_hash": "0" * 64}],
)
def test_a_changed_entry_is_the_first_break(change):
    log = a_log(5)
    log[2] = replace(log[2], **change)
    assert first_break(log).number == 3


def test_a_missing_entry_is_named():
    log = a_log(5)
    del log[1]
    assert first_break(log).number == 2


def test_a_cut_tail_shows_only_against_an_earlier_head():
    log = a_log(5)
    head = log[-1].hash
    assert first_break(log[:3]) is None
    assert first_break(log[:3], head=head).number == 3


def test_a_rewritten_log_does_not_contain_the_old_head():
    old, rewritten = a_log(5), a_log(7)
    rewritten = [replace(link, actor="other") for link in rewritten]
    previous, forged = GENESIS, []
    for link in rewritten:
        facts = {name: getattr(link, name) for name in ("number", "at", "actor", "action", "subject", "detail_hash")}
        previous_hash, previous = previous, hash_of_entry(**facts, previous_hash=previous)
        forged.append(Link(**facts, previous_hash=previous_hash, hash=previous))
    assert first_break(forged) is None
    assert first_break(forged, head=old[-1].hash) is not None
