import pytest

from marketplace.accounts.standing import SignedIn, acting
from marketplace.core.actor import ANONYMOUS, Grant, Role
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.organisations import presenters, queries
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import OrganisationKind
from marketplace.organisations.queries import Filters, Sort, people
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.organisations.actors import OPERATOR, a_member, a_staff_member

S = OrganisationState


def listed(session, actor=ANONYMOUS, sort=Sort.NEWEST, **filters):
    return list(queries.list_organisations(session, actor, filters=Filters(**filters), sort=sort).items)


def test_the_public_list_holds_verified_ones_and_can_be_narrowed(session):
    university = an_organisation(session, kind=OrganisationKind.UNIVERSITY, name="嘉定大学", area="nanxiang")
    company = an_organisation(session, name="100% 膜材料公司", name_en="Membrane Works")
    an_organisation(session, state=S.SUBMITTED)

    assert set(listed(session)) == {university, company}
    assert listed(session, kind=OrganisationKind.UNIVERSITY) == [university]
    assert listed(session, area="anting") == [company]
    assert listed(session, words="大学") == [university]
    assert listed(session, words="membrane") == [company]
    assert listed(session, words="100%") == [company]
    assert listed(session, words="%") == [company]
    assert listed(session, words=f" {university.code.lower()} ") == [university]
    assert listed(session, words="没有") == []


def test_the_list_is_sorted_by_name_or_by_the_latest_verification(session):
    second = an_organisation(session, name="B")
    first = an_organisation(session, name="A")
    assert listed(session, sort=Sort.NAME) == [first, second]
    assert listed(session, sort=Sort.NEWEST) == [first, second]


def test_staff_list_other_states_and_visitors_do_not(session):
    waiting = an_organisation(session, state=S.SUBMITTED)
    assert listed(session, a_staff_member(Role.SUPERVISOR), state=S.SUBMITTED) == [waiting]
    assert listed(session, state=S.SUBMITTED) == []


def test_what_one_may_not_see_is_not_there(session):
    hidden = an_organisation(session, state=S.UNVERIFIED)
    with pytest.raises(NotFound):
        queries.get_organisation(session, ANONYMOUS, hidden.public_id)
    assert queries.get_organisation(session, a_member(hidden.id), hidden.public_id) is hidden


def test_members_are_shown_to_members_only(session):
    organisation = an_organisation(session)
    user = a_user(session, name="王小明")
    a_membership(session, user, organisation, Role.EDITOR)
    members = people.members_of(session, a_member(organisation.id), organisation)
    assert [(one.name, one.email, one.role) for one in members] == [("王小明", user.email, Role.EDITOR)]
    with pytest.raises(NotAllowed):
        people.members_of(session, ANONYMOUS, organisation)


def test_a_person_stands_as_they_were_granted(session):
    user = a_user(session)
    first, second = an_organisation(session), an_organisation(session)
    a_membership(session, user, first, Role.READER)
    a_membership(session, user, second, Role.OWNER)
    a_staff_grant(session, user, Role.AREA_OFFICER, area="anting")
    a_membership(session, a_user(session), first)
    person = SignedIn(1, user.id, user.public_id, user.name, second.id, NOON, NOON)

    standing = queries.viewer_of(session, person)

    assert standing.is_staff
    assert [(one.name, one.role) for one in standing.affiliations] == [
        (first.name, Role.READER),
        (second.name, Role.OWNER),
    ]
    actor = acting(person, standing)
    assert actor.grants == {
        Grant(Role.READER, first.id),
        Grant(Role.OWNER, second.id),
        Grant(Role.AREA_OFFICER, area="anting"),
    }
    assert actor.current_organisation_id == second.id


def test_who_chose_no_organisation_or_left_it_acts_for_the_first(session):
    user = a_user(session)
    organisation = an_organisation(session)
    a_membership(session, user, organisation)
    for chosen in (None, organisation.id + 1):
        person = SignedIn(1, user.id, user.public_id, user.name, chosen, NOON, NOON)
        assert acting(person, queries.viewer_of(session, person)).current_organisation_id == organisation.id


def test_a_person_of_nothing_stands_for_nothing(session):
    user = a_user(session)
    person = SignedIn(1, user.id, user.public_id, user.name, None, NOON, NOON)
    standing = queries.viewer_of(session, person)
    assert (standing.grants, standing.affiliations, standing.is_staff) == (frozenset(), (), False)


def test_others_mention_an_organisation_by_its_names(session):
    organisation = an_organisation(session, name_en="Membrane Works")
    named = queries.names_of(session, [organisation.id, organisation.id + 1])
    assert {number: (one.public_id, one.name_en) for number, one in named.items()} == {
        organisation.id: (organisation.public_id, "Membrane Works")
    }
    assert queries.names_of(session, []) == {}


def test_an_operators_work_is_what_waits_for_verification(session):
    waiting = an_organisation(session, state=S.SUBMITTED)
    an_organisation(session, state=S.UNVERIFIED)
    assert [(task.subject_id, task.action) for task in presenters.tasks(session, OPERATOR, NOON)] == [
        (waiting.public_id, presenters.REVIEW)
    ]


def test_an_owners_work_is_what_is_not_yet_handed_in(session):
    fresh, refused = (an_organisation(session, state=state) for state in (S.UNVERIFIED, S.REJECTED))
    an_organisation(session, state=S.UNVERIFIED)
    for own, words in ((fresh, presenters.TO_SUBMIT), (refused, presenters.TO_MEND)):
        assert [(task.what.id, task.subject_id) for task in presenters.tasks(session, a_member(own.id), NOON)] == [
            (words, own.public_id)
        ]
    assert presenters.tasks(session, a_member(fresh.id, Role.EDITOR), NOON) == []
    assert presenters.tasks(session, ANONYMOUS, NOON) == []


def test_the_index_holds_what_visitors_see(session):
    seen = an_organisation(session, introduction="做膜的。")
    hidden = an_organisation(session, state=S.SUSPENDED)
    assert presenters.as_document(hidden) is None
    document = presenters.as_document(seen)
    assert (document.title, document.body, document.codes) == (seen.name, "做膜的。", (seen.code,))
    assert queries.public_versions(session) == {seen.public_id: seen.version}
    assert set(queries.load_visible(session, ANONYMOUS, [seen.public_id, hidden.public_id])) == {seen.public_id}
    assert set(queries.load(session, [seen.public_id, hidden.public_id])) == {seen.public_id, hidden.public_id}
