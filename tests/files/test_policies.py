"""Who has which file: the access of its thing, its secrecy, anonymity, take-down and the antivirus."""

import pytest

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import POLICY as ACHIEVEMENT
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.challenges.policies import POLICY as CHALLENGE
from marketplace.core.secrecy import Secrecy
from marketplace.files.lifecycle import ScanState
from marketplace.files.models import StoredFile
from marketplace.files.policies import may_download, may_see
from tests.actors import ACTORS, OWN_AREA
from tests.files.test_services import REGISTRY

OWN, OTHER = 10, 11
CLOSE = {"own reader", "own editor", "own approver", "own owner", "supervisor", "operator", "area officer"}
EVERYONE = set(ACTORS)
STAFF = {"operator", "supervisor"}


def challenge(state=ChallengeState.OPEN, **facts) -> Challenge:
    defaults = {"disclosure": Disclosure.FULL, "is_anonymous": False}
    return Challenge(organisation_id=OWN, area=OWN_AREA, state=state, **defaults | facts)


def achievement(state=AchievementState.LISTED) -> Achievement:
    return Achievement(organisation_id=OWN, area=OWN_AREA, state=state)


def file(**facts) -> StoredFile:
    defaults = {"secrecy": Secrecy.PUBLIC, "is_stripped": False, "scan": ScanState.CLEAN, "uploaded_by": 999}
    return StoredFile(**defaults | facts)


def those_who(question, thing, one: StoredFile) -> set[str]:
    rules = REGISTRY.file_rules["challenge" if isinstance(thing, Challenge) else "achievement"]
    return {name for name, build in ACTORS.items() if question(rules, build(OWN, OTHER), thing, one)}


@pytest.mark.parametrize("thing", [challenge(), achievement()], ids=["challenge", "achievement"])
def test_a_public_file_of_a_public_thing_is_everyone_s_and_others_stay_close(thing):
    assert those_who(may_download, thing, file()) == EVERYONE
    for secrecy in (Secrecy.INTERNAL, Secrecy.TRADE_SECRET):
        assert those_who(may_download, thing, file(secrecy=secrecy)) == CLOSE


@pytest.mark.parametrize("state", ChallengeState)
def test_nobody_has_a_file_of_a_challenge_that_they_do_not_see(state):
    thing = challenge(state)
    seeing = {name for name, build in ACTORS.items() if CHALLENGE["view"](build(OWN, OTHER), thing)}
    having = those_who(may_download, thing, file())
    assert having <= seeing
    assert having == (EVERYONE if state is ChallengeState.OPEN else STAFF if state == "taken_down" else CLOSE)


@pytest.mark.parametrize("state", AchievementState)
def test_nobody_has_a_file_of_an_achievement_that_they_do_not_see(state):
    thing = achievement(state)
    seeing = {name for name, build in ACTORS.items() if ACHIEVEMENT["view"](build(OWN, OTHER), thing)}
    having = those_who(may_download, thing, file())
    assert having <= seeing
    assert having == (EVERYONE if state is AchievementState.LISTED else STAFF if state == "taken_down" else CLOSE)


def test_files_are_details():
    assert those_who(may_download, challenge(disclosure=Disclosure.SUMMARY), file()) == CLOSE


def test_a_file_that_names_its_authors_tells_no_stranger_who_posts_anonymously():
    thing = challenge(is_anonymous=True)
    assert those_who(may_download, thing, file()) == CLOSE
    assert those_who(may_download, thing, file(is_stripped=True)) == EVERYONE


def test_before_it_was_scanned_a_file_is_seen_and_had_by_its_uploader_alone():
    waiting = file(scan=ScanState.WAITING, uploaded_by=7)  # every member of tests.actors has this number
    members = {"own reader", "own editor", "own approver", "own owner"}
    assert those_who(may_download, challenge(), waiting) == members | {"other editor"}
    assert those_who(may_download, challenge(), file(scan=ScanState.WAITING)) == set()
    assert those_who(may_see, challenge(), file(scan=ScanState.WAITING)) == EVERYONE
    assert those_who(may_download, challenge(), file(scan=ScanState.UNSCANNED)) == EVERYONE
