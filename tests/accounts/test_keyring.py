import pytest

from marketplace.accounts.keyring import CannotOpenError, KeyRing, person_of
from marketplace.core.errors import DomainError

RING = KeyRing("a seal key")
PERSON, OTHER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"


def test_words_come_back_under_the_persons_key_and_say_whose_they_are():
    key = RING.new_key(PERSON)
    sealed = RING.seal(key, PERSON, "王小明，13800138000")
    assert RING.open(key, sealed) == "王小明，13800138000"
    assert person_of(sealed) == PERSON
    assert "王小明" not in sealed


def test_the_same_words_are_never_sealed_alike():
    key = RING.new_key(PERSON)
    assert RING.seal(key, PERSON, "x") != RING.seal(key, PERSON, "x")


@pytest.mark.parametrize("fault", ["another seal key", "another person", "another name", "changed", "no form", ""])
def test_nothing_else_opens_them(fault):
    key = RING.new_key(PERSON)
    sealed = RING.seal(key, PERSON, "x")
    ring = KeyRing("another") if fault == "another seal key" else RING
    used = RING.new_key(OTHER) if fault == "another person" else key
    changed = {
        "another name": sealed.replace(PERSON, OTHER),
        "changed": sealed[:-6] + ("AAAAAA" if not sealed.endswith("AAAAAA") else "BBBBBB"),
        "no form": "x",
        "": "",
    }
    with pytest.raises(CannotOpenError):
        ring.open(used, changed.get(fault, sealed))


def test_without_a_seal_key_nothing_is_kept_and_it_says_so():
    assert not KeyRing("").is_set_up
    with pytest.raises(DomainError, match="SEAL_KEY"):
        KeyRing("").new_key(PERSON)
