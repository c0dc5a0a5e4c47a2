import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import UserSession
from marketplace.audit.queries import history_of
from marketplace.core import events
from marketplace.core.actor import SYSTEM, Grant, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.organisations import services
from marketplace.organisations.events import OrganisationChanged
from marketplace.organisations.lifecycle import LIFECYCLE, OrganisationState
from marketplace.organisations.models import Membership, Organisation, OrganisationKind, SizeClass
from marketplace.organisations.services import OrganisationDraft, members
from tests.conftest import NOON
from tests.factories.accounts import a_session, a_user, acting
from tests.factories.organisations import a_code, a_membership, an_organisation
from tests.organisations.actors import OPERATOR, a_member

S = OrganisationState
GOOD_REASON = "证书与名称不符。"


@pytest.fixture
def news():
    """Every change of an organisation that was announced."""
    heard = []

    def keep(_session, event):
        heard.append((event.organisation, event.action, event.now))

    events.subscribe(OrganisationChanged)(keep)
    yield heard
    events._handlers[OrganisationChanged].remove(keep)


def a_draft(**overrides):
    facts = {
        "code": a_code(),
        "name": "嘉定膜材料有限公司",
        "kind": OrganisationKind.ENTERPRISE,
        "size": SizeClass.SMALL,
    }
    return OrganisationDraft(**facts | overrides)


def as_draft(organisation, **overrides):
    return OrganisationDraft(
        **{name: getattr(organisation, name) for name in OrganisationDraft.__dataclass_fields__} | overrides
    )


class TestFounding:
    def test_the_founder_becomes_its_owner(self, session, news):
        user = a_user(session)
        organisation = services.found(session, acting(user), a_draft(code=" 91310114 ma1abc123a"), now=NOON)

        assert (organisation.code, organisation.state) == ("91310114MA1ABC123A", S.UNVERIFIED)
        membership = session.scalars(select(Membership)).one()
        assert (membership.user_id, membership.organisation_id, membership.role) == (
            user.id,
            organisation.id,
            Role.OWNER,
        )
        assert news == [(organisation, "found", NOON)]

    def test_the_system_founds_without_an_owner(self, session):
        services.found(session, SYSTEM, a_draft(), now=NOON)
        assert session.scalars(select(Membership)).all() == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("code", "91310114MA1ABC123B"),
            ("name", " "),
            ("name", "长" * 121),
            ("name", "a\0b"),
            ("website", "javascript:alert(1)"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, session, field, value):
        with pytest.raises(Invalid) as caught:
            services.found(session, acting(a_user(session)), a_draft(**{field: value}), now=NOON)
        assert list(caught.value.fields) == [field]
        assert session.scalars(select(Organisation)).all() == []

    def test_a_code_has_one_organisation(self, session):
        there = an_organisation(session)
        with pytest.raises(Invalid) as caught:
            services.found(session, acting(a_user(session)), a_draft(code=there.code), now=NOON)
        assert str(caught.value.fields["code"]) == services.CODE_TAKEN
        assert session.scalars(select(Organisation)).all() == [there]


class TestRevising:
    def revise(self, session, actor, organisation, *, version=None, **changes):
        draft = as_draft(organisation, **changes)
        version = organisation.version if version is None else version
        return services.revise(session, actor, organisation, draft, version=version, now=NOON)

    def test_an_owner_changes_the_introduction_of_a_verified_one(self, session, news):
        organisation = an_organisation(session)
        self.revise(session, a_member(organisation.id), organisation, introduction="做膜的。")
        assert organisation.introduction == "做膜的。"
        assert news == [(organisation, "edit", NOON)]

    @pytest.mark.parametrize(
        "changes", [{"name": "别的名字"}, {"code": a_code(7)}, {"kind": OrganisationKind.UNIVERSITY}]
    )
    def test_but_not_what_was_verified(self, session, changes):
        organisation = an_organisation(session)
        with pytest.raises(Invalid) as caught:
            self.revise(session, a_member(organisation.id), organisation, **changes)
        assert list(caught.value.fields) == list(changes)

    def test_an_operator_does(self, session):
        organisation = an_organisation(session)
        self.revise(session, OPERATOR, organisation, name="改名后的公司")
        assert organisation.name == "改名后的公司"

    def test_saving_what_is_there_already_changes_nothing(self, session, news):
        organisation = an_organisation(session)
        self.revise(session, a_member(organisation.id), organisation)
        assert news == []

    def test_the_second_of_two_who_edit_is_told(self, session):
        organisation = an_organisation(session)
        with pytest.raises(Conflict):
            self.revise(session, OPERATOR, organisation, version=organisation.version - 1, introduction="旧的")

    def test_an_editor_does_not_edit_the_organisation(self, session):
        organisation = an_organisation(session)
        with pytest.raises(NotAllowed):
            self.revise(session, a_member(organisation.id, Role.EDITOR), organisation, introduction="x")

    def test_another_ones_code_cannot_be_taken_over(self, session):
        other, organisation = an_organisation(session), an_organisation(session)
        own_code = organisation.code
        with pytest.raises(Invalid) as caught:
            self.revise(session, OPERATOR, organisation, code=other.code)
        assert list(caught.value.fields) == ["code"]
        assert organisation.code == own_code


class TestVerification:
    def advance(self, session, organisation, action, actor=OPERATOR, **facts):
        return services.advance(session, actor, organisation, action, now=NOON, **facts)

    def test_from_submission_to_verification(self, session, news):
        organisation = an_organisation(session, state=S.UNVERIFIED)
        self.advance(session, organisation, "submit", a_member(organisation.id))
        self.advance(session, organisation, "verify")
        session.flush()
        assert (organisation.state, organisation.submitted_at, organisation.verified_at) == (S.VERIFIED, NOON, NOON)
        assert [action for _organisation, action, _now in news] == ["submit", "verify"]

    def test_a_rejected_one_keeps_its_reason_until_it_is_handed_in_again(self, session):
        organisation = an_organisation(session, state=S.SUBMITTED)
        self.advance(session, organisation, "reject", reason=GOOD_REASON)
        assert (organisation.state, organisation.state_reason) == (S.REJECTED, GOOD_REASON)
        self.advance(session, organisation, "submit", a_member(organisation.id))
        assert organisation.state_reason is None

    def test_a_suspended_one_comes_back_verified(self, session):
        organisation = an_organisation(session)
        self.advance(session, organisation, "suspend", reason=GOOD_REASON)
        self.advance(session, organisation, "reinstate")
        assert (organisation.state, organisation.verified_at) == (S.VERIFIED, NOON)

    @pytest.mark.parametrize(("action", "state"), [("reject", S.SUBMITTED), ("suspend", S.VERIFIED)])
    @pytest.mark.parametrize("reason", [None, "", "长" * 501])
    def test_what_hurts_needs_a_reason(self, session, action, state, reason):
        organisation = an_organisation(session, state=state)
        with pytest.raises(Invalid) as caught:
            self.advance(session, organisation, action, reason=reason)
        assert list(caught.value.fields) == ["reason"]
        assert organisation.state is state

    def test_a_company_says_its_size_before_it_is_examined(self, session):
        organisation = an_organisation(session, state=S.UNVERIFIED, size=None)
        with pytest.raises(Invalid) as caught:
            self.advance(session, organisation, "submit", a_member(organisation.id))
        assert list(caught.value.fields) == ["size"]

    def test_nobody_verifies_an_organisation_of_their_own(self, session):
        organisation = an_organisation(session, state=S.SUBMITTED)
        both = acting(a_user(session), Grant(Role.OPERATOR), Grant(Role.OWNER, organisation.id))
        with pytest.raises(NotAllowed):
            self.advance(session, organisation, "verify", both)

    def test_a_step_out_of_turn_or_on_an_old_page_is_refused(self, session):
        organisation = an_organisation(session)
        with pytest.raises(IllegalTransition):
            self.advance(session, organisation, "verify")
        with pytest.raises(Conflict):
            self.advance(session, organisation, "suspend", reason=GOOD_REASON, version=organisation.version - 1)

    def test_every_step_leaves_an_entry_that_says_in_which_role(self, session):
        organisation = an_organisation(session, state=S.UNVERIFIED)
        self.advance(session, organisation, "submit", a_member(organisation.id))
        self.advance(session, organisation, "reject", reason=GOOD_REASON)
        self.advance(session, organisation, "submit", SYSTEM)
        self.advance(session, organisation, "verify")
        self.advance(session, organisation, "suspend", reason=GOOD_REASON)
        self.advance(session, organisation, "reinstate")
        finish(session)

        entries = history_of(session, Subject("organisation", organisation.public_id))

        assert {entry.action for entry in entries} == set(LIFECYCLE.actions)
        assert [entry.detail.detail["as"] for entry in reversed(entries)][:3] == ["owner", "operator", "system"]
        assert entries[1].detail.detail == {"state": "suspended", "as": "operator", "reason": GOOD_REASON}

    @pytest.mark.parametrize("state", S)
    def test_only_a_verified_one_may_post(self, session, state):
        organisation = an_organisation(session, state=state)
        if state is S.VERIFIED:
            services.must_be_verified(session, organisation.id)
        else:
            with pytest.raises(Conflict):
                services.must_be_verified(session, organisation.id)


class TestMembers:
    def test_an_owner_changes_a_role_and_removes_a_member(self, session):
        organisation = an_organisation(session)
        owner = a_member(organisation.id)
        membership = a_membership(session, a_user(session), organisation, Role.READER)

        members.change_role(session, owner, organisation, membership, role=Role.EDITOR, now=NOON)
        session.flush()
        assert membership.role is Role.EDITOR

        members.remove_member(session, owner, organisation, membership, now=NOON)
        session.flush()
        assert session.scalars(select(Membership)).all() == []

    def test_the_last_owner_stays(self, session):
        organisation = an_organisation(session)
        user = a_user(session)
        membership = a_membership(session, user, organisation)
        owner = a_member(organisation.id, user_id=user.id)
        with pytest.raises(Conflict):
            members.change_role(session, owner, organisation, membership, role=Role.EDITOR, now=NOON)
        with pytest.raises(Conflict):
            members.remove_member(session, owner, organisation, membership, now=NOON)

    def test_one_of_two_owners_may_go(self, session):
        organisation = an_organisation(session)
        first, _second = (a_membership(session, a_user(session), organisation) for _ in range(2))
        members.remove_member(session, a_member(organisation.id), organisation, first, now=NOON)

    def test_an_editor_manages_nobody(self, session):
        organisation = an_organisation(session)
        membership = a_membership(session, a_user(session), organisation, Role.READER)
        with pytest.raises(NotAllowed):
            members.change_role(
                session, a_member(organisation.id, Role.EDITOR), organisation, membership, role=Role.OWNER, now=NOON
            )

    def test_a_person_is_added_once_and_only_with_a_members_role(self, session):
        organisation = an_organisation(session)
        user = a_user(session)
        members.add_member(session, SYSTEM, organisation, user_id=user.id, role=Role.APPROVER, now=NOON)
        with pytest.raises(Conflict):
            members.add_member(session, SYSTEM, organisation, user_id=user.id, role=Role.READER, now=NOON)
        with pytest.raises(Invalid):
            members.add_member(session, SYSTEM, organisation, user_id=user.id, role=Role.OPERATOR, now=NOON)

    def test_one_acts_only_for_ones_own(self, session):
        organisation = an_organisation(session)
        user = a_user(session)
        token = a_session(session, user)
        with pytest.raises(NotAllowed):
            members.switch(session, acting(user), organisation, token=token, now=NOON)

        member = acting(user, Grant(Role.READER, organisation.id))
        members.switch(session, member, organisation, token=token, now=NOON)

        session.expire_all()
        assert session.scalars(select(UserSession.organisation_id)).one() == organisation.id


def test_two_operators_cannot_take_the_same_step(engine):
    with Session(engine) as mine, Session(engine) as theirs:
        public_id = an_organisation(mine, state=S.SUBMITTED).public_id
        mine.commit()
        here = mine.scalars(select(Organisation).where(Organisation.public_id == public_id)).one()
        there = theirs.scalars(select(Organisation).where(Organisation.public_id == public_id)).one()
        version = there.version
        theirs.rollback()
        services.advance(mine, OPERATOR, here, "verify", now=NOON, version=version)
        finish(mine)
        mine.commit()

        there = theirs.scalars(select(Organisation).where(Organisation.public_id == public_id)).one()
        with pytest.raises(Conflict):
            services.advance(theirs, OPERATOR, there, "reject", reason=GOOD_REASON, now=NOON, version=version)
