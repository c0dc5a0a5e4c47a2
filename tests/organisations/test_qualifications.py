"""Qualifications with number and validity, from the claim to the list's filter; and who looks after an organisation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.core.actor import Role
from marketplace.core.calendar import day_of
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.organisations import queries
from marketplace.organisations.lifecycle import QualificationState
from marketplace.organisations.qualifications import CARRIERS, LABELS, QualificationKind
from marketplace.organisations.queries import qualifications as held
from marketplace.organisations.services import qualifications
from marketplace.organisations.services.qualifications import Claim
from tests.accounts.browser import a_browser_of, look_again
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.organisations import a_membership, a_qualification, an_organisation
from tests.organisations.actors import ACTORS, OPERATOR, a_member

Q, S = QualificationKind, QualificationState
TODAY = day_of(NOON)
TYPED = {
    "kind": "high_tech",
    "number": "GR202531000001",
    "issuer": "上海市科学技术委员会",
    "valid_from": "2025-12-01",
    "valid_until": "2999-11-30",
}


def a_claim(**overrides):
    facts = {"kind": Q.SPECIALISED, "number": "ZJ-1", "issuer": "上海市经信委", "valid_from": date(2025, 1, 1)}
    return Claim(**facts | overrides)


def test_every_kind_has_its_words_and_carriers_are_among_them():
    assert set(LABELS) == set(Q)
    assert set(Q) > CARRIERS


class TestBelowTheWeb:
    def test_an_owner_claims_and_an_operator_confirms(self, session):
        organisation = an_organisation(session)
        owner = a_member(organisation.id)
        made = qualifications.claim(session, owner, organisation, a_claim(), now=NOON)
        assert made.state is S.CLAIMED
        assert held.marks_of(session, [organisation.id], today=TODAY) == {}
        with pytest.raises(NotAllowed):
            qualifications.decide(session, owner, organisation, made, "confirm", now=NOON)
        qualifications.decide(session, OPERATOR, organisation, made, "confirm", now=NOON)
        assert held.marks_of(session, [organisation.id], today=TODAY) == {organisation.id: [Q.SPECIALISED]}
        with pytest.raises(IllegalTransition):
            qualifications.decide(session, OPERATOR, organisation, made, "refuse", reason="不对", now=NOON)

    def test_a_refusal_says_why(self, session):
        organisation = an_organisation(session)
        claim = a_qualification(session, organisation)
        for reason in (None, "", "长" * 501):
            with pytest.raises(Invalid):
                qualifications.decide(session, OPERATOR, organisation, claim, "refuse", reason=reason, now=NOON)
        qualifications.decide(session, OPERATOR, organisation, claim, "refuse", reason="编号查不到", now=NOON)
        assert (claim.state, claim.reason) == (S.REFUSED, "编号查不到")
        qualifications.claim(
            session, a_member(organisation.id), organisation, a_claim(kind=claim.kind, number=claim.number), now=NOON
        )

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"number": " "}, "number"),
            ({"number": "1" * 61}, "number"),
            ({"issuer": "\0"}, "issuer"),
            ({"valid_until": date(2024, 12, 31)}, "valid_until"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, session, change, field):
        organisation = an_organisation(session)
        with pytest.raises(Invalid) as refusal:
            qualifications.claim(session, a_member(organisation.id), organisation, a_claim(**change), now=NOON)
        assert list(refusal.value.fields) == [field]

    def test_one_certificate_is_claimed_once(self, session):
        organisation = an_organisation(session)
        there = a_qualification(session, organisation)
        again = a_claim(kind=there.kind, number=there.number)
        with pytest.raises(Invalid):
            qualifications.claim(session, a_member(organisation.id), organisation, again, now=NOON)

    @pytest.mark.parametrize(("until", "holds"), [(None, True), (TODAY, True), (TODAY - timedelta(days=1), False)])
    def test_it_holds_through_its_last_day_in_the_list_and_its_filter(self, session, until, holds):
        organisation = an_organisation(session)
        a_qualification(session, organisation, state=S.CONFIRMED, valid_until=until)
        filters = queries.Filters(qualification=Q.HIGH_TECH, today=TODAY)
        found = queries.list_organisations(session, OPERATOR, filters=filters).items
        assert [one.id for one in found] == ([organisation.id] if holds else [])
        assert bool(held.marks_of(session, None, today=TODAY)) is holds

    @pytest.mark.parametrize("who", ACTORS)
    def test_what_was_not_confirmed_is_read_by_those_concerned(self, session, who):
        organisation = an_organisation(session, area="anting")
        a_qualification(session, organisation)
        concerned = {"own reader", "own editor", "own approver", "own owner", "supervisor", "area officer", "operator",
                     "operator and owner"}  # fmt: skip
        found = held.of_organisation(session, ACTORS[who](organisation.id, -1), organisation)
        assert bool(found) is (who in concerned)

    def test_commissioners_are_operators_and_officers_of_the_area(self, session):
        organisation = an_organisation(session, area="anting")
        people = {}
        for name, role, area in (
            ("operator", Role.OPERATOR, ""),
            ("officer", Role.AREA_OFFICER, "anting"),
            ("other officer", Role.AREA_OFFICER, "nanxiang"),
            ("supervisor", Role.SUPERVISOR, ""),
        ):
            people[name] = a_user(session, name=name)
            a_staff_grant(session, people[name], role, area=area)
        assert {one.name for one in held.possible_commissioners(session, organisation)} == {"operator", "officer"}
        officer = ACTORS["area officer"](organisation.id, -1)
        qualifications.assign_commissioner(session, officer, organisation, people["officer"].public_id, now=NOON)
        reader = a_member(organisation.id, Role.READER)
        assert held.commissioner_of(session, reader, organisation).name == "officer"
        assert held.commissioner_of(session, a_member(-1), organisation) is None
        with pytest.raises(Invalid):
            qualifications.assign_commissioner(
                session, OPERATOR, organisation, people["supervisor"].public_id, now=NOON
            )
        other = ACTORS["other area officer"](organisation.id, -1)
        with pytest.raises(NotAllowed):
            qualifications.assign_commissioner(session, other, organisation, None, now=NOON)


class TestThePages:
    @pytest.fixture
    def house(self, database):
        return an_organisation(database, name="嘉定膜材料有限公司", area="anting")

    @pytest.fixture
    def owner(self, app, database, house):
        user = a_user(database)
        a_membership(database, user, house)
        return a_browser_of(app, database, user)

    @pytest.fixture
    def operator(self, app, database):
        user = a_user(database, name="运营员张三")
        a_staff_grant(database, user, Role.OPERATOR)
        return a_browser_of(app, database, user)

    def test_from_the_claim_to_the_public_page_the_filter_and_the_export(
        self, client, database, house, owner, operator
    ):
        page = f"/organisations/{house.public_id}"
        assert (
            "运营专员核对证书后公开显示" in owner.post(f"{page}/qualifications", data=TYPED, follow_redirects=True).text
        )
        assert "GR202531000001" in owner.get(page).text
        assert "GR202531000001" not in client.get(page).text
        assert "资质待核对" in operator.get("/workbench").text
        look_again(database)
        [claim] = held.of_organisation(database, OPERATOR, house)
        operator.post(f"{page}/qualifications/{claim.public_id}/confirm")
        assert "GR202531000001" in client.get(page).text
        assert house.name in client.get("/organisations?qualification=high_tech").text
        assert house.name not in client.get("/organisations?qualification=park").text
        assert client.get("/organisations?qualification=nonsense").status_code == 200
        with operator.get("/exports/organisations.jsonl") as sheet:
            assert '"qualifications": ["high_tech"]' in sheet.text

    def test_a_refusal_without_a_reason_keeps_it_waiting_and_says_so(self, database, house, owner, operator):
        claim = a_qualification(database, house)
        database.commit()
        step = f"/organisations/{house.public_id}/qualifications/{claim.public_id}/refuse"
        answer = operator.post(step)
        assert (answer.status_code, "请写明不予确认的理由" in answer.text) == (422, True)
        operator.post(step, data={"reason": "编号查不到"})
        assert "编号查不到" in owner.get(f"/organisations/{house.public_id}").text
        assert "一项资质未获确认" in owner.get("/inbox").text

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, house, owner):
        page = f"/organisations/{house.public_id}/qualifications"
        for change in ({"kind": "king"}, {"valid_from": "yesterday"}, {"valid_until": "2000-01-01"}, {"number": ""}):
            answer = owner.post(page, data=TYPED | change)
            assert answer.status_code == 422
            assert "上海市科学技术委员会" in answer.text

    def test_one_that_has_run_out_says_so(self, client, database, house):
        a_qualification(database, house, state=S.CONFIRMED, valid_until=date(2025, 12, 31))
        database.commit()
        assert datetime.now(UTC).date() > date(2025, 12, 31)
        assert "已过有效期" in client.get(f"/organisations/{house.public_id}").text

    def test_its_people_see_the_commissioner_and_strangers_do_not(self, client, database, house, owner, operator):
        page = f"/organisations/{house.public_id}"
        form = operator.get(f"{page}/commissioner").text
        assert "运营员张三" in form
        assert operator.post(f"{page}/commissioner", data={"commissioner": "nobody"}).status_code == 422
        chosen = next(one.public_id for one in held.possible_commissioners(database, house))
        operator.post(f"{page}/commissioner", data={"commissioner": chosen})
        assert "运营员张三" in owner.get(page).text
        assert "运营员张三" not in client.get(page).text
