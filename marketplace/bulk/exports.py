"""The lists that can be had as a file: as filtered, for whoever may see it; own things to edit and import."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.bulk import achievement_rows, challenge_rows, organisation_rows
from marketplace.bulk.challenge_fields import PARTICULAR
from marketplace.bulk.columns import (
    NARROW,
    STATE,
    WIDE,
    Seen,
    address,
    columns_of,
    moment,
    of_thing,
    own_columns,
    state,
)
from marketplace.bulk.showing import CODES, labelled, several
from marketplace.challenges import presenters as challenge_words
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.challenges.policies import POLICY as CHALLENGE_POLICY
from marketplace.challenges.timing import Phase, phase_of
from marketplace.core.actor import Actor
from marketplace.core.calendar import day_of
from marketplace.core.registry import Column, Export
from marketplace.core.text import _
from marketplace.organisations import presenters as organisation_words
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.organisations.qualifications import LABELS
from marketplace.organisations.queries.qualifications import marks_of
from marketplace.taxonomy.catalogue import Catalogue

TOLD_IN_FULL = frozenset({"background", "problem", "scope"})
OF_THE_POSTER = frozenset({"is_anonymous", "secrecy", "disclosure", "closes_at", "closes_in_days"})
"""What a challenge's list leaves out: it speaks to the poster, or is said by other columns."""


def each_own(
    kind: str, session: Session, actor: Actor, organisation_ids: frozenset[int] | None, now: datetime
) -> Iterator[Seen]:
    """Everything of one kind that this actor may see, or of these organisations, in every state."""
    if kind == "organisations":
        for organisation in organisations.each_visible(session, actor):
            yield Seen(organisation, organisation_rows.values_of(organisation), actor, now)
    elif kind == "achievements":
        for achievement in achievements.each_visible(session, actor, organisation_ids):
            yield Seen(achievement, achievement_rows.values_of(achievement), actor, now)
    else:
        for challenge in challenges.each_visible(session, actor, organisation_ids):
            yield Seen(challenge, challenge_rows.values_of(challenge), actor, now)


def of_lists(catalogue: Catalogue, base_url: str, asks: Mapping[str, Callable[[], Any]]) -> list[Export]:
    """The exports of this part of the product; ``asks`` gives (filters, order) of each public list."""
    return [
        Export(
            name="challenges",
            label=_("榜单"),
            columns=_challenge_columns(catalogue, base_url),
            each=_each_challenge,
            ask=asks["challenges"],
        ),
        Export(
            name="achievements",
            label=_("成果"),
            columns=_achievement_columns(catalogue, base_url),
            each=_each_achievement,
            ask=asks["achievements"],
        ),
        Export(
            name="organisations",
            label=_("单位"),
            columns=_organisation_columns(catalogue, base_url),
            each=_each_organisation,
            ask=asks["organisations"],
        ),
        _own("challenges", _("我的榜单"), catalogue),
        _own("achievements", _("我的成果"), catalogue),
    ]


def _own(kind: str, label: str, catalogue: Catalogue) -> Export:
    def each(session: Session, actor: Actor, _asked: Any, now: datetime) -> Iterator[Seen]:
        return each_own(kind, session, actor, actor.organisation_ids, now)

    return Export(name=f"own-{kind}", label=label, columns=own_columns(kind, catalogue), each=each)


def _each_challenge(session: Session, actor: Actor, asked: Any, now: datetime) -> Iterator[Seen]:
    filters, sort = asked
    for challenge in challenges.each_published(session, filters=filters, sort=sort, now=now):
        yield Seen(challenge, _told(challenge, actor), actor, now)


def _told(challenge: Challenge, actor: Actor) -> dict[str, Any]:
    """Values as the page shows them: of one that is disclosed as a summary, indicators' names and no details."""
    values = challenge_rows.values_of(challenge)
    if CHALLENGE_POLICY["see_details"](actor, challenge):
        return values
    assert challenge.disclosure is Disclosure.SUMMARY
    hidden = {name for name in values if name in TOLD_IN_FULL or name.startswith(PARTICULAR)}
    return {name: value for name, value in values.items() if name not in hidden | {"indicators"}} | {
        "indicator_names": [row.name for row in challenge.indicators]
    }


def _challenge_columns(catalogue: Catalogue, base_url: str) -> list[Column]:
    own = columns_of(challenge_rows.fields_of(catalogue), OF_THE_POSTER)
    shown = [
        Column(one.name, one.label, _indicators_shown(one), one.width) if one.name == "indicators" else one
        for one in own
    ]
    return [
        of_thing("number", _("榜单编号"), lambda thing: thing.number),
        Column("organisation", _("发榜单位"), _poster),
        *shown,
        Column("state", STATE, _phase, NARROW),
        moment("published_at", _("发榜时间"), "published_at"),
        moment("bids_close_at", _("揭榜截止"), "bids_close_at"),
        address(base_url, "challenges"),
    ]


def _indicators_shown(whole: Column) -> Callable[[Any, str], object]:
    return lambda seen, tongue: seen.values.get("indicator_names") or whole.cell(seen, tongue)


def _poster(seen: Seen, tongue: str) -> object:
    row = challenge_words.as_row(seen.thing, seen.actor, now=seen.now)
    if row.organisation_id is None and tongue != CODES:
        return labelled({None: challenge_words.ANONYMOUS_POSTER})(None, tongue)
    return (row.organisation_en if tongue == "en" else None) or (row.organisation if row.organisation_id else None)


def _phase(seen: Seen, tongue: str) -> object:
    phase = phase_of(seen.thing.state, seen.thing.bids_close_at, now=seen.now)
    if phase is Phase.CLOSED:
        return labelled(challenge_words.PHASE_LABELS)(phase, tongue)
    return labelled(challenge_words.STATE_LABELS)(seen.thing.state, tongue)


def _each_achievement(session: Session, actor: Actor, asked: Any, now: datetime) -> Iterator[Seen]:
    filters, sort = asked
    for achievement in achievements.each_listed(session, filters=filters, sort=sort, now=now):
        yield Seen(achievement, achievement_rows.values_of(achievement), actor, now)


def _achievement_columns(catalogue: Catalogue, base_url: str) -> list[Column]:
    return [
        of_thing("number", _("成果编号"), lambda thing: thing.number),
        Column("organisation", _("成果单位"), _owner),
        *columns_of(achievement_rows.fields_of(catalogue)),
        moment("published_at", _("挂牌时间"), "published_at"),
        moment("listed_until", _("挂牌到"), "listed_until"),
        address(base_url, "achievements"),
    ]


def _owner(seen: Seen, tongue: str) -> object:
    owner: Organisation = seen.thing.organisation
    return (owner.name_en if tongue == "en" else None) or owner.name


def _each_organisation(session: Session, actor: Actor, asked: Any, now: datetime) -> Iterator[Seen]:
    filters, sort = asked
    marks = marks_of(session, None, today=day_of(now))
    for organisation in organisations.each_listed(session, actor, filters=filters, sort=sort):
        held = {"qualifications": marks.get(organisation.id, ())}
        yield Seen(organisation, organisation_rows.values_of(organisation) | held, actor, now)


def _titles(seen: Seen, tongue: str) -> object:
    """What holds today; for programs by its code."""
    return several(labelled(LABELS))(seen.values["qualifications"], tongue)


def _organisation_columns(catalogue: Catalogue, base_url: str) -> list[Column]:
    return [
        *columns_of(organisation_rows.fields_of(catalogue)),
        state(organisation_words.STATE_LABELS),
        Column("qualifications", _("资质与载体"), _titles, WIDE),
        moment("verified_at", _("认证时间"), "verified_at"),
        address(base_url, "organisations"),
    ]
