"""Pages of industries and directions."""

from collections.abc import Callable

from flask import Blueprint, Flask, abort, render_template
from flask.typing import ResponseReturnValue

from marketplace.taxonomy import presenters
from marketplace.taxonomy.catalogue import Catalogue, LocalName
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, Cooperation
from marketplace.taxonomy.current import catalogue, library
from marketplace.web.access import public
from marketplace.web.current import actor, now, registry
from marketplace.web.language import LANGUAGES, gettext, language
from marketplace.web.transaction import reading

blueprint = Blueprint("taxonomy", __name__)


@blueprint.get("/industries")
@public
def index() -> ResponseReturnValue:
    known = catalogue()
    industries = [
        (industry, known.directions_of(industry.code), known.areas_of(industry.code)) for industry in known.industries
    ]
    return render_template("taxonomy/index.html", catalogue=known, industries=industries)


@blueprint.get("/industries/<code:industry>")
@public
def industry(industry: str) -> ResponseReturnValue:
    known = catalogue()
    try:
        found = known.industry(industry)
    except KeyError:
        abort(404)
    with reading() as session:
        panels = registry().panels_of(session, actor(), "industry", known.directions_of(industry), now=now())
    return render_template(
        "taxonomy/industry.html",
        industry=found,
        directions=known.directions_of(industry),
        areas=known.areas_of(industry),
        panels=panels,
    )


@blueprint.get("/directions/<code:direction>")
@public
def direction(direction: str) -> ResponseReturnValue:
    known = catalogue()
    try:
        found = known.direction(direction)
    except KeyError:
        abort(404)
    with reading() as session:
        panels = registry().panels_of(session, actor(), "direction", found, now=now())
    return render_template(
        "taxonomy/direction.html",
        direction=found,
        industry=known.industry(found.industry),
        topics=known.topics_of(direction),
        library=library().of(direction),
        panels=panels,
    )


@blueprint.get("/directions/<code:direction>/indicators")
@public
def indicators(direction: str) -> ResponseReturnValue:
    """What challenges of this direction are usually measured by."""
    known, found = catalogue(), library().of(direction)
    if not found:
        abort(404)
    return render_template(
        "taxonomy/indicators.html",
        direction=known.direction(direction),
        indicators=found,
        source=library().source,
        better=presenters.BETTER_LABELS,
    )


def local(name: LocalName) -> str:
    return presenters.local(name, language())


def direction_name(code: str | None) -> str:
    return presenters.direction_name(catalogue(), code, language())


def industry_name(code: str | None) -> str:
    known = {one.code: one.name for one in catalogue().industries}
    return local(known[code]) if code in known else (code or "")


def area_name(code: str | None) -> str:
    return presenters.area_name(catalogue(), code, language())


def cooperation_name(code: str) -> str:
    return gettext(COOPERATION_LABELS[Cooperation(code)]) if code in set(Cooperation) else code


def paths_of(known: Catalogue) -> Callable[[str | None], str]:
    """``direction_path`` for every row of every list: worded once, when the application is made."""
    paths = {
        tongue: {one.code: presenters.direction_path(known, one.code, tongue) for one in known.directions}
        for tongue in LANGUAGES
    }

    def direction_path(code: str | None) -> str:
        tongue = language()
        return paths[tongue].get(code or "") or presenters.direction_path(known, code, tongue)

    return direction_path


def init_app(app: Flask, known: Catalogue) -> None:
    for template_filter in (local, direction_name, paths_of(known), industry_name, area_name, cooperation_name):
        app.add_template_filter(template_filter)
