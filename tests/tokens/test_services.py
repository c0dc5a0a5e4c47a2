"""Tokens and answers on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.tokens import fingerprint
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import SYSTEM, Grant, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.transaction import finish
from marketplace.tokens import queries, services
from marketplace.tokens.models import ApiAnswer, ApiToken
from marketplace.tokens.policies import POLICY, visible_to
from marketplace.tokens.services import KeyReused, UnderWay, Wish
from tests.conftest import NOON
from tests.factories.accounts import a_user, acting
from tests.factories.tokens import a_token

WISH = Wish(name="夜间同步", scopes=("challenges:write", "challenges:read"), days=30)
LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def user(session):
    return a_user(session)


def test_a_token_is_told_once_and_kept_as_a_hash(session, user):
    row, secret = services.create_token(session, acting(user), user, WISH, now=NOON)
    assert secret.startswith("jb_")
    assert row.token_hash == fingerprint(secret)
    assert secret not in str(vars(row))
    assert row.scopes == ["challenges:read", "challenges:write"]
    assert row.expires_at == NOON + timedelta(days=30)
    finish(session)
    assert session.scalars(select(AuditEntry.action)).all() == ["create"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(name=" ", scopes=("account:read",)), "name"),
        (Wish(name="x" * 81, scopes=("account:read",)), "name"),
        (Wish(name="a\nb", scopes=("account:read",)), "name"),
        (Wish(name="x", scopes=()), "scopes"),
        (Wish(name="x", scopes=("everything",)), "scopes"),
        (Wish(name="x", scopes=("account:read",), days=0), "days"),
        (Wish(name="x", scopes=("account:read",), days=-1), "days"),
        (Wish(name="x", scopes=("account:read",), days=366), "days"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_at_its_place(session, user, wish, field):
    with pytest.raises(Invalid) as refused:
        services.create_token(session, acting(user), user, wish, now=NOON)
    assert set(refused.value.fields) == {field}


def test_nobody_makes_a_token_for_another(session, user):
    with pytest.raises(NotAllowed):
        services.create_token(session, acting(a_user(session)), user, WISH, now=NOON)


def test_a_token_opens_until_it_is_revoked_expired_or_its_person_disabled(session, user):
    row, secret = services.create_token(session, acting(user), user, WISH, now=NOON)
    held = queries.holder_of(session, secret, now=NOON)
    assert held is not None
    assert (held.user_id, held.scopes) == (user.id, {"challenges:read", "challenges:write"})
    assert queries.holder_of(session, secret + "x", now=NOON) is None
    assert queries.holder_of(session, secret, now=NOON + timedelta(days=30)) is None
    user.disabled_at = NOON
    session.flush()
    assert queries.holder_of(session, secret, now=NOON) is None
    user.disabled_at = None
    services.revoke_token(session, acting(user), row, now=NOON)
    services.revoke_token(session, acting(user), row, now=LATER)
    session.flush()
    assert queries.holder_of(session, secret, now=NOON) is None
    assert row.revoked_at == NOON


def test_a_list_shows_exactly_what_the_policy_lets_one_see(session, user):
    other = a_user(session)
    for one in (user, other):
        a_token(session, one)
    operator = acting(a_user(session), Grant(Role.OPERATOR))
    for actor in (acting(user), acting(other), operator, SYSTEM, acting(a_user(session))):
        listed = set(session.scalars(select(ApiToken.id).where(visible_to(actor))))
        assert listed == {one.id for one in session.scalars(select(ApiToken)) if POLICY["view"](actor, one)}


def test_another_s_token_is_not_there(session, user):
    a_token(session, user)
    public_id = session.scalars(select(ApiToken.public_id)).one()
    with pytest.raises(NotFound):
        queries.get_token(session, acting(a_user(session)), public_id)


@pytest.fixture
def place(session, user):
    a_token(session, user)
    token_id = session.scalars(select(ApiToken.id)).one()

    def take(request="a", key="k", now=NOON):
        return services.begin(session, token_id=token_id, key=key, request_hash=request, now=now)

    return take


def test_the_same_request_finds_the_answer_it_was_given(session, place):
    first = place()
    services.mark_executed(session, first.id, now=NOON)
    services.keep_answer(session, first.id, status=201, headers={"ETag": '"1"'}, body="{}")
    session.expire_all()
    again = place(now=LATER)
    assert (again.id, again.status, again.headers, again.body) == (first.id, 201, {"ETag": '"1"'}, "{}")


def test_another_request_with_the_same_key_is_refused(place):
    place()
    with pytest.raises(KeyReused):
        place("b")


def test_a_request_under_way_is_not_begun_again(place):
    place()
    with pytest.raises(UnderWay):
        place()


def test_one_whose_process_died_before_it_took_effect_may_be_tried_again(session, place):
    first = place()
    assert place(now=LATER).id == first.id
    with pytest.raises(UnderWay):
        place(now=LATER)


def test_one_that_took_effect_is_never_executed_again(session, place):
    services.mark_executed(session, place().id, now=NOON)
    session.expire_all()
    with pytest.raises(Conflict, match="已经执行过"):
        place(now=LATER)


def test_one_that_failed_may_be_tried_again_and_one_that_took_effect_stays(session, place):
    failed, done = place(key="failed"), place(key="done")
    services.mark_executed(session, done.id, now=NOON)
    for one in (failed, done):
        services.forget_answer(session, one.id)
    assert session.scalars(select(ApiAnswer.key)).all() == ["done"]


def test_answers_are_kept_for_a_day(session, place):
    place()
    services.forget_answers(session, now=NOON + timedelta(hours=24))
    assert session.scalar(select(func.count()).select_from(ApiAnswer)) == 1
    assert place("b", now=NOON + timedelta(hours=24)).request_hash == "b"  # what is over is free, pruned or not
    services.forget_answers(session, now=NOON + timedelta(hours=49))
    assert session.scalar(select(func.count()).select_from(ApiAnswer)) == 0
