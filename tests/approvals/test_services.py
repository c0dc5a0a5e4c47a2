"""The gate before everything that is handed in, and the record of who opened it for which text."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from config import Config
from marketplace.achievements import services as achievements
from marketplace.achievements.lifecycle import AchievementState
from marketplace.app import create_app
from marketplace.approvals import queries, services
from marketplace.approvals.lifecycle import ApprovalState
from marketplace.approvals.models import Approval
from marketplace.approvals.presenters import tasks
from marketplace.approvals.services import ask, decide
from marketplace.audit.queries import history_of
from marketplace.bulk.examination import on_behalf_of
from marketplace.challenges import services as challenges
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.actor import SYSTEM, Grant, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.files import services as files
from marketplace.notifications.models import Delivery
from marketplace.web.extensions import EXTENSION_KEY
from tests.actors import OPERATOR
from tests.approvals.conftest import University
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.achievements import TEXT, an_achievement
from tests.factories.approvals import a_member_of, a_request, a_rule
from tests.factories.challenges import a_challenge
from tests.factories.files import a_file
from tests.factories.organisations import an_organisation

REGISTRY = create_app(Config(testing=True, secret_key="test")).extensions[EXTENSION_KEY]
S, A = AchievementState, ApprovalState
FULL = {name: tuple(value) if isinstance(value, list) else value for name, value in TEXT.items()}


@pytest.fixture
def thing(session, university):
    a_rule(session, university.organisation)
    return an_achievement(session, organisation_id=university.organisation.id, department_id=university.materials.id)


def submit(session, actor, achievement):
    return achievements.advance_achievement(session, actor, achievement, "submit", step=achievements.Step(), now=NOON)


def asked(session, university, thing, who="materials editor"):
    return ask(session, university.actor(who), achievements.APPROVAL, thing, now=NOON)


def decided(session, university, approval, action, who="materials approver", *, reason=None):
    return decide(session, university.actor(who), achievements.APPROVAL, approval, action, reason=reason, now=NOON)


def revised(session, university, thing, who="materials editor", **changes):
    facts = FULL | {"cooperation": tuple(achievements.Cooperation(mode) for mode in FULL["cooperation"])}
    draft = achievements.AchievementDraft(**facts | {"department": university.materials.public_id} | changes)
    return achievements.revise_achievement(
        session, university.actor(who), thing, draft=draft, version=thing.version, now=NOON
    )


def letters(session):
    found = session.scalars(select(Delivery).order_by(Delivery.id))
    return [(one.kind, one.recipient) for one in found if one.kind.startswith("approval.")]


class TestTheGate:
    def test_without_a_rule_nothing_is_asked(self, session, university):
        free = an_achievement(session, organisation_id=university.organisation.id)
        assert submit(session, university.actor("editor"), free).state is S.SUBMITTED

    @pytest.mark.parametrize("who", ["owner", "approver", "editor", "materials editor"])
    def test_nobody_hands_in_what_was_not_released(self, session, university, thing, who):
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor(who), thing)
        assert thing.state is S.DRAFT

    @pytest.mark.parametrize("publisher", ["operator", "system"])
    def test_nor_does_an_import_that_publishes(self, session, university, thing, publisher):
        actor = OPERATOR if publisher == "operator" else SYSTEM
        with pytest.raises(Conflict, match="内部审核"):
            achievements.advance_achievement(
                session, actor, thing, "import_publish", step=achievements.Step(), now=NOON
            )
        assert thing.state is S.DRAFT

    def test_nor_whoever_fills_in_on_behalf(self, session, university, thing):
        helper = on_behalf_of(OPERATOR, university.organisation.id)
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, helper, thing)

    def test_a_departments_rule_speaks_of_its_things_alone(self, session, university):
        a_rule(session, university.organisation, department=university.medicine)
        here = an_achievement(
            session, organisation_id=university.organisation.id, department_id=university.materials.id
        )
        there = an_achievement(
            session, organisation_id=university.organisation.id, department_id=university.medicine.id
        )
        assert submit(session, university.actor("editor"), here).state is S.SUBMITTED
        with pytest.raises(Conflict):
            submit(session, university.actor("editor"), there)

    def test_a_rule_speaks_of_one_kind_and_one_organisation(self, session, university):
        a_rule(session, university.organisation, "challenge")
        own = an_achievement(session, organisation_id=university.organisation.id)
        other = an_achievement(session)
        for one in (own, other):
            assert not queries.is_held(session, achievements.matter_of(one))
        challenge = a_challenge(session, organisation_id=university.organisation.id)
        with pytest.raises(Conflict, match="内部审核"):
            challenges.advance_challenge(
                session, university.actor("editor"), challenge, "submit", step=challenges.Step(), now=NOON
            )

    def test_who_is_bound_to_a_department_cannot_move_a_thing_out_of_its_rule(self, session, university):
        a_rule(session, university.organisation, department=university.materials)
        editor = university.actor("materials editor")
        facts = FULL | {"cooperation": ()}
        for wanted in (None, university.materials.public_id):
            draft = achievements.AchievementDraft(**facts, department=wanted)
            made = achievements.draft_achievement(
                session, editor, organisation_id=university.organisation.id, draft=draft, now=NOON
            )
            assert made.department_id == university.materials.id
        with pytest.raises(Invalid) as refusal:
            revised(session, university, made, department=university.medicine.public_id)
        assert set(refusal.value.fields) == {"department"}
        elsewhere = an_achievement(session, organisation_id=university.organisation.id)
        with pytest.raises(NotAllowed):
            submit(session, editor, elsewhere)

    def test_a_departments_rule_holds_whoever_writes_for_the_whole_organisation_too(self, session, university):
        """They fill in for every department, and move nothing out of a rule that they could not open."""
        a_rule(session, university.organisation, department=university.materials)
        here = an_achievement(
            session, organisation_id=university.organisation.id, department_id=university.materials.id
        )
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("editor"), here)
        for elsewhere in (None, university.medicine.public_id):
            with pytest.raises(Invalid) as refusal:
                revised(session, university, here, "editor", department=elsewhere)
            assert set(refusal.value.fields) == {"department"}
        moved = revised(session, university, here, "approver", department=university.medicine.public_id)
        assert moved.department_id == university.medicine.id

    def test_from_one_rule_to_another_is_no_way_round(self, session, university):
        for part in (university.materials, university.medicine):
            a_rule(session, university.organisation, department=part)
        here = an_achievement(
            session, organisation_id=university.organisation.id, department_id=university.materials.id
        )
        revised(session, university, here, "editor", department=university.medicine.public_id)
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("editor"), here)


class TestAReleaseIsOfAText:
    def test_what_was_released_is_handed_in_and_the_record_says_so(self, session, university, thing):
        approval = asked(session, university, thing)
        decided(session, university, approval, "release")
        assert submit(session, university.actor("materials editor"), thing).state is S.SUBMITTED
        assert approval.state is A.HANDED_IN

    def test_an_edit_after_the_release_asks_anew(self, session, university, thing):
        decided(session, university, asked(session, university, thing), "release")
        revised(session, university, thing, title="改过的标题")
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("materials editor"), thing)
        assert queries.latest(session, Subject("achievement", thing.public_id)).state is A.LAPSED

    def test_saving_without_a_change_keeps_it(self, session, university, thing):
        revised(session, university, thing)
        decided(session, university, asked(session, university, thing), "release")
        revised(session, university, thing)
        assert submit(session, university.actor("materials editor"), thing).state is S.SUBMITTED

    def test_an_edit_while_it_waits_makes_the_request_lapse(self, session, university, thing):
        approval = asked(session, university, thing)
        revised(session, university, thing, title="改过的标题")
        assert approval.state is A.LAPSED
        with pytest.raises(IllegalTransition):
            decided(session, university, approval, "release")
        assert asked(session, university, thing).state is A.ASKED

    def test_a_release_of_something_else_than_was_asked_for_is_refused(self, session, university, thing):
        approval = asked(session, university, thing)
        thing.title = "在别处改过的标题"
        with pytest.raises(Conflict, match="又改过"):
            decided(session, university, approval, "release")

    def test_recalled_and_handed_in_again_unchanged_it_stays_released(self, session, university, thing):
        decided(session, university, asked(session, university, thing), "release")
        editor = university.actor("materials editor")
        submit(session, editor, thing)
        achievements.advance_achievement(session, editor, thing, "recall", step=achievements.Step(), now=NOON)
        assert submit(session, editor, thing).state is S.SUBMITTED

    def test_what_the_platform_returned_is_released_anew_once_it_is_changed(self, session, university, thing):
        decided(session, university, asked(session, university, thing), "release")
        submit(session, university.actor("materials editor"), thing)
        back = achievements.Step(reason="请补充数据")
        achievements.advance_achievement(session, OPERATOR, thing, "return", step=back, now=NOON)
        revised(session, university, thing, summary="补充后的摘要。")
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("materials editor"), thing)

    def test_what_is_withdrawn_waits_for_nobody(self, session, university, thing):
        approval = asked(session, university, thing)
        gone = achievements.Step(reason="不做了")
        achievements.advance_achievement(session, university.actor("editor"), thing, "withdraw", step=gone, now=NOON)
        assert approval.state is A.LAPSED
        assert queries.to_release(session, university.actor("approver")) == []


class TestAskingAndDeciding:
    def test_those_who_may_release_are_told_and_then_whoever_asked(self, session, university, thing):
        approval = asked(session, university, thing)
        people = university.people
        told = ["owner", "approver", "materials approver"]
        assert letters(session) == [("approval.asked", people[name].email) for name in told]

        decided(session, university, approval, "return", reason="数据缺单位。")
        assert letters(session)[3:] == [("approval.returned", people["materials editor"].email)]

    def test_what_could_not_be_handed_in_cannot_be_put_forward(self, session, university, thing):
        thing.summary = None
        with pytest.raises(Invalid) as refusal:
            asked(session, university, thing)
        assert set(refusal.value.fields) == {"summary"}

    def test_it_is_asked_once(self, session, university, thing):
        approval = asked(session, university, thing)
        with pytest.raises(Conflict, match="已经提请过"):
            asked(session, university, thing, "editor")
        decided(session, university, approval, "release")
        with pytest.raises(Conflict, match="已经放行"):
            asked(session, university, thing)

    def test_without_a_rule_there_is_nothing_to_ask(self, session, university):
        free = an_achievement(session, organisation_id=university.organisation.id)
        with pytest.raises(Conflict, match="不需要"):
            asked(session, university, free, "editor")

    def test_what_was_handed_in_is_not_asked_for(self, session, university, thing):
        thing.state = S.SUBMITTED
        with pytest.raises(Conflict, match="已经提交"):
            asked(session, university, thing)

    def test_where_nobody_else_could_release_it_that_is_said_at_once(self, session):
        alone = an_organisation(session)
        owner = a_user(session)
        a_member_of(session, owner, alone, Role.OWNER)
        a_rule(session, alone)
        one_man = University(alone, None, None, {"owner": owner}, {"owner": Grant(Role.OWNER, alone.id)})
        with pytest.raises(Conflict, match="没有能放行的审核人"):
            asked(session, one_man, an_achievement(session, organisation_id=alone.id), "owner")

    @pytest.mark.parametrize("who", ["materials editor", "editor", "reader", "medicine approver"])
    def test_others_release_nothing(self, session, university, thing, who):
        approval = asked(session, university, thing)
        with pytest.raises(NotAllowed):
            decided(session, university, approval, "release", who)

    def test_an_approver_who_asked_needs_another_one(self, session, university, thing):
        approval = asked(session, university, thing, "approver")
        with pytest.raises(NotAllowed):
            decided(session, university, approval, "release", "approver")
        assert decided(session, university, approval, "release", "owner").state is A.RELEASED

    def test_a_return_says_why(self, session, university, thing):
        approval = asked(session, university, thing)
        with pytest.raises(Invalid) as refusal:
            decided(session, university, approval, "return")
        assert set(refusal.value.fields) == {"reason"}

    def test_a_release_can_be_taken_back_until_it_is_used(self, session, university, thing):
        approval = asked(session, university, thing)
        decided(session, university, approval, "release")
        decided(session, university, approval, "return", reason="再核一遍。")
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("materials editor"), thing)

    def test_after_it_was_handed_in_nothing_is_decided_any_more(self, session, university, thing):
        approval = asked(session, university, thing)
        decided(session, university, approval, "release")
        submit(session, university.actor("materials editor"), thing)
        with pytest.raises(Conflict):
            decided(session, university, approval, "return", reason="晚了。")

    def test_whoever_writes_takes_a_request_back(self, session, university, thing):
        approval = asked(session, university, thing)
        assert decided(session, university, approval, "recall", "materials editor").state is A.RECALLED
        assert asked(session, university, thing).state is A.ASKED

    def test_the_log_holds_each_step_and_not_what_was_said(self, session, university, thing):
        approval = asked(session, university, thing)
        decided(session, university, approval, "return", reason="数据缺单位。")
        finish(session)
        entries = history_of(session, Subject("approval", approval.public_id))
        assert [entry.action for entry in entries] == ["return", "ask"]
        assert "数据缺单位" not in str([entry.detail.detail for entry in entries])

    def test_the_database_itself_lets_nobody_decide_for_themselves(self, session, university, thing):
        person = university.people["approver"]
        with pytest.raises(IntegrityError):
            a_request(
                session, achievements.matter_of(thing), person, state=A.RELEASED, decided_by=person.id, decided_at=NOON
            )


class TestRules:
    def test_an_owner_replaces_all_of_them(self, session, university):
        owner, organisation = university.actor("owner"), university.organisation
        services.set_rules(session, owner, organisation, {("achievement", None), ("challenge", None)}, now=NOON)
        wanted = {("achievement", university.materials.id), ("challenge", None)}
        services.set_rules(session, owner, organisation, wanted, now=NOON)
        assert queries.rules_of(session, organisation.id) == wanted

    @pytest.mark.parametrize("who", ["approver", "editor", "reader", "materials approver"])
    def test_others_change_none(self, session, university, who):
        with pytest.raises(NotAllowed):
            services.set_rules(session, university.actor(who), university.organisation, set(), now=NOON)

    def test_the_log_knows_when_they_were_changed_and_not_when_they_were_kept(self, session, university):
        owner, organisation = university.actor("owner"), university.organisation
        for _ in range(2):
            services.set_rules(session, owner, organisation, {("achievement", None)}, now=NOON)
        finish(session)
        actions = [one.action for one in history_of(session, Subject("organisation", organisation.public_id))]
        assert actions == ["set_approval_rules"]


def test_the_workbench_tells_each_side_what_is_theirs(session, university, thing):
    def words(who):
        return [(str(one.what), one.is_others_turn) for one in tasks(session, university.actor(who), NOON)]

    approval = asked(session, university, thing)
    assert words("materials approver")[0] == ("单位内部审核：等你放行", False)
    assert words("materials editor") == [("单位内部审核：等审核人放行", True)]
    assert words("medicine approver") == words("reader") == []

    decided(session, university, approval, "return", reason="数据缺单位。")
    assert words("materials editor") == [("单位内部审核退回，请修改后再提请", False)]

    second = asked(session, university, replace_text(session, university, thing))
    decided(session, university, second, "release")
    assert words("materials editor") == [("单位内部审核已放行，可以提交", False)]
    submit(session, university.actor("materials editor"), thing)
    assert words("materials editor") == words("materials approver") == []
    assert session.scalar(select(Approval.state).where(Approval.id == second.id)) is A.HANDED_IN


class TestAReleaseIsOfItsFiles:
    def a_file_of(self, session, thing, name="数据.csv", **facts):
        return a_file(session, Subject("achievement", thing.public_id), name=name, **facts)

    def test_a_file_of_another_content_needs_another_release(self, session, university, thing):
        """Even where nobody told the approval that a file came."""
        self.a_file_of(session, thing)
        approval = asked(session, university, thing)
        decided(session, university, approval, "release")
        assert not queries.is_held(session, achievements.matter_of(thing))
        self.a_file_of(session, thing, "补充.csv", content=b"a,b")
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("materials editor"), thing)

    @pytest.mark.parametrize("decision", [None, "release"])
    def test_what_was_asked_for_or_released_lapses_with_its_file(self, session, university, thing, decision):
        file = self.a_file_of(session, thing)
        approval = asked(session, university, thing)
        if decision:
            decided(session, university, approval, decision)
        files.detach(session, REGISTRY, university.actor("materials editor"), file.public_id, now=NOON)
        session.flush()
        assert approval.state is A.LAPSED
        with pytest.raises(Conflict, match="内部审核"):
            submit(session, university.actor("materials editor"), thing)
        assert asked(session, university, thing).state is A.ASKED

    def test_a_file_that_came_while_it_waited_is_not_released_unseen(self, session, university, thing):
        approval = asked(session, university, thing)
        self.a_file_of(session, thing)
        with pytest.raises(Conflict):
            decided(session, university, approval, "release")

    def test_what_was_handed_in_stays_handed_in(self, session, university, thing):
        file = self.a_file_of(session, thing)
        approval = asked(session, university, thing)
        decided(session, university, approval, "release")
        submit(session, university.actor("materials editor"), thing)
        files.remove_infected(session, REGISTRY, file.sha256, "Eicar", now=NOON)
        assert approval.state is A.HANDED_IN


def replace_text(session, university, thing):
    return revised(session, university, thing, title="改好的标题")


def test_a_challenge_goes_the_same_way(session, university):
    a_rule(session, university.organisation, "challenge")
    challenge = a_challenge(session, organisation_id=university.organisation.id)
    editor, approver = university.actor("editor"), university.actor("approver")
    approval = ask(session, editor, challenges.APPROVAL, challenge, now=NOON)
    decide(session, approver, challenges.APPROVAL, approval, "release", now=NOON)
    challenges.advance_challenge(session, editor, challenge, "submit", step=challenges.Step(), now=NOON)
    assert (challenge.state, approval.state) == (ChallengeState.SUBMITTED, A.HANDED_IN)
