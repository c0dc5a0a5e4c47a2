import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.accounts.policies import POLICY, visible_to
from marketplace.core.actor import ANONYMOUS, SYSTEM, Grant, Role
from tests.factories.accounts import a_user, acting

ACTORS = {
    "visitor": lambda _own, _other: ANONYMOUS,
    "oneself": lambda own, _other: acting(own),
    "somebody else": lambda _own, other: acting(other),
    "supervisor": lambda _own, other: acting(other, Grant(Role.SUPERVISOR)),
    "operator": lambda _own, other: acting(other, Grant(Role.OPERATOR)),
    "system": lambda _own, _other: SYSTEM,
}


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("view", {"oneself", "supervisor", "operator", "system"}),
        ("block", {"operator"}),
        ("unblock", {"operator"}),
        ("end_sessions_of", {"operator"}),
        ("edit", {"oneself"}),
        ("change_password", {"oneself"}),
        ("end_sessions", {"oneself"}),
        ("set_up_factor", {"oneself"}),
        ("export", {"oneself"}),
        ("erase", {"oneself"}),
        ("reset_factor", {"operator", "system"}),
        ("create", {"operator", "system"}),
        ("grant", {"operator", "system"}),
        ("revoke", {"operator", "system"}),
    ],
)
def test_an_account_belongs_to_its_person(session, action, who):
    own, other = a_user(session), a_user(session)
    assert {name for name, build in ACTORS.items() if POLICY[action](build(own, other), own)} == who


@pytest.mark.parametrize("name", ACTORS)
def test_a_list_shows_exactly_what_a_page_would(session, name):
    own, other = a_user(session), a_user(session)
    actor = ACTORS[name](own, other)
    listed = session.scalars(select(User).where(visible_to(actor))).all()
    assert set(listed) == {user for user in (own, other) if POLICY["view"](actor, user)}


def test_nobody_gives_roles_to_themselves(session):
    operator = a_user(session)
    assert not POLICY["grant"](acting(operator, Grant(Role.OPERATOR)), operator)
