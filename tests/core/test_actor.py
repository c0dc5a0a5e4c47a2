"""What a person's grants amount to."""

from marketplace.core.actor import ANONYMOUS, SYSTEM, Actor, Grant, Role

PERSON = Actor(
    5,
    "person",
    frozenset({Grant(Role.OWNER, 10), Grant(Role.READER, 11), Grant(Role.AREA_OFFICER, area="anting")}),
)


def test_a_reader_belongs_but_does_not_write():
    assert PERSON.is_member_of(11)
    assert not PERSON.writes_for(11)
    assert PERSON.writes_for(10)
    assert PERSON.owns(10)


def test_scopes_do_not_leak():
    assert not PERSON.is_member_of(12)
    assert PERSON.areas == {"anting"}
    assert PERSON.organisation_ids == {10, 11}


def test_nobody_and_the_system_have_no_organisations():
    assert not ANONYMOUS.is_signed_in
    assert SYSTEM.is_system
    assert ANONYMOUS.organisation_ids == SYSTEM.organisation_ids == frozenset()
