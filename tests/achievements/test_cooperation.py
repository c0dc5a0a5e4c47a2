"""The ways of cooperation, and that lists filter by the same ways that a page shows."""

import pytest
from sqlalchemy import select

from marketplace.achievements import queries, services
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import AchievementCooperation
from marketplace.achievements.services import AchievementDraft
from marketplace.core.actor import ANONYMOUS
from marketplace.core.errors import Invalid
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, OFFERED, WANTED, Cooperation
from tests.actors import a_member
from tests.conftest import NOON
from tests.factories.achievements import an_achievement
from tests.factories.organisations import an_organisation


def modes_kept_for(session, achievement) -> set[Cooperation]:
    kept = select(AchievementCooperation.mode).where(AchievementCooperation.achievement_id == achievement.id)
    return set(session.scalars(kept))


def test_every_way_has_a_label_and_a_side():
    assert set(COOPERATION_LABELS) == set(Cooperation)
    assert set(OFFERED) | set(WANTED) == set(Cooperation)


def test_ways_are_kept_in_the_order_of_the_form_and_beside_it_for_lists(session):
    own = an_organisation(session).id
    draft = AchievementDraft(title="膜", cooperation=(Cooperation.FREE_TRIAL, Cooperation.TRANSFER))

    achievement = services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)

    assert achievement.cooperation == ["transfer", "free_trial"]
    assert modes_kept_for(session, achievement) == {Cooperation.TRANSFER, Cooperation.FREE_TRIAL}


def test_revising_replaces_the_ways_in_both_places(session):
    achievement = an_achievement(session, cooperation=["licence", "transfer"])
    actor = a_member(achievement.organisation_id)
    draft = AchievementDraft(title="膜", cooperation=(Cooperation.EQUITY, Cooperation.LICENCE))

    services.revise_achievement(session, actor, achievement, draft=draft, version=achievement.version, now=NOON)

    assert achievement.cooperation == ["licence", "equity"]
    assert modes_kept_for(session, achievement) == {Cooperation.LICENCE, Cooperation.EQUITY}


def test_what_only_a_challenge_may_want_cannot_be_offered(session):
    own = an_organisation(session).id
    draft = AchievementDraft(title="膜", cooperation=(Cooperation.COMMISSIONED,))
    with pytest.raises(Invalid) as refusal:
        services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
    assert set(refusal.value.fields) == {"cooperation"}


def test_a_list_filters_by_a_way(session):
    licensed = an_achievement(session, state=AchievementState.LISTED, cooperation=["licence", "equity"])
    an_achievement(session, state=AchievementState.LISTED, cooperation=["transfer"])

    page = queries.list_achievements(
        session,
        ANONYMOUS,
        filters=queries.Filters(cooperation=Cooperation.LICENCE),
        sort=queries.Sort.NEWEST,
        page=1,
        now=NOON,
    )

    assert (page.items, page.total) == ([licensed], 1)
