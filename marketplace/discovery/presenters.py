"""The portal's tiles and figures, and the words of facets."""

from collections.abc import Callable, Mapping
from datetime import datetime

from marketplace.core.text import Message, _, counted, say
from marketplace.discovery.queries import Supply
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS
from marketplace.taxonomy.presenters import area_name, direction_name, industry_choices, local

FACET_LABELS: Mapping[str, str] = {
    "kind": _("类别"),
    "industry": _("产业"),
    "direction": _("方向"),
    "readiness": _("成熟度"),
    "budget": _("金额"),
    "cooperation": _("合作方式"),
    "area": _("街镇/园区"),
    "year": _("年份"),
}
BUDGET_LABELS: Mapping[str, str] = {
    "to-be-discussed": _("面议"),
    "below-500k": _("50 万元以下"),
    "500k-1m": _("50–100 万元"),
    "1m-5m": _("100–500 万元"),
    "5m-10m": _("500–1000 万元"),
    "10m-and-more": _("1000 万元以上"),
}
COOPERATIONS = {str(mode): label for mode, label in COOPERATION_LABELS.items()}
LEVEL = _("%(level)s 级")
DAYS_WAITING = counted("已等 %(count)d 天")
TODAY = _("今天")
CHALLENGES, ACHIEVEMENTS, ORGANISATIONS = _("已发榜单"), _("可转化成果"), _("认证单位")
UNIT_ITEMS, UNIT_ORGANISATIONS = _("项"), _("家")


def facet_value(name: str, value: str, kinds: Mapping[str, str], catalogue: Catalogue, language: str) -> Message | str:
    """A facet's value in words; a plain text is in the page's language already, a message is still to be said."""
    named: Mapping[str, Callable[[], str]] = {
        "industry": lambda: dict(industry_choices(catalogue, language)).get(value, value),
        "direction": lambda: direction_name(catalogue, value, language),
        "area": lambda: area_name(catalogue, value, language),
    }
    if name in named:
        return named[name]()
    worded: Mapping[str, Mapping[str, str]] = {"kind": kinds, "budget": BUDGET_LABELS, "cooperation": COOPERATIONS}
    if name == "readiness":
        return say(LEVEL, level=value)
    label = worded.get(name, {}).get(value)
    return say(label) if label else value


def facet_order(name: str, value: str) -> tuple[int, ...]:
    """Where a value stands among its facet's: levels and amounts upwards, years downwards, the rest as they come."""
    if name == "budget":
        return (list(BUDGET_LABELS).index(value),) if value in BUDGET_LABELS else (len(BUDGET_LABELS),)
    if name in ("readiness", "year") and value.isdecimal():
        return (int(value) if name == "readiness" else -int(value),)
    return ()


def industry_tiles(catalogue: Catalogue, supply: Mapping[str, Supply], language: str) -> list[dict[str, object]]:
    """The industries of the portal, each with its directions and how much there is."""
    tiles = []
    for industry in catalogue.industries:
        directions = catalogue.directions_of(industry.code)
        held = [supply[one.code] for one in directions if one.code in supply]
        tiles.append(
            {
                "code": industry.code,
                "name": local(industry.name, language),
                "directions": " · ".join(local(one.name, language) for one in directions),
                "challenges": sum(one.challenges for one in held),
                "achievements": sum(one.achievements for one in held),
            }
        )
    return tiles


def portal_figures(supply: Mapping[str, Supply], organisations: int) -> list[tuple[int, str, str]]:
    """(value, unit, label) of the figures beside the portal's lists."""
    return [
        (sum(one.challenges for one in supply.values()), UNIT_ITEMS, CHALLENGES),
        (sum(one.achievements for one in supply.values()), UNIT_ITEMS, ACHIEVEMENTS),
        (organisations, UNIT_ORGANISATIONS, ORGANISATIONS),
    ]


def waiting_since(since: datetime | None, *, now: datetime) -> Message | None:
    """How long a task has been waiting."""
    if since is None:
        return None
    days = (now - since).days
    return say(DAYS_WAITING, count=days) if days >= 1 else say(TODAY)
