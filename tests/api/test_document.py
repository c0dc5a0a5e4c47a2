"""Every operation of the document, asked as it allows and as it does not: answers are as it says."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.challenges.services import matter_of
from tests.api.programs import API
from tests.factories.achievements import an_achievement
from tests.factories.approvals import a_request
from tests.factories.tokens import a_token
from tests.journeys.market import note_organisations, work

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EACH = 12
"""So many questions to each operation, in each of both ways: 1,400 in all, the same every time."""
QUIETLY = settings(
    max_examples=EACH,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def real(database, market) -> Mapping[str, list[str]]:
    """Things that the addresses may name."""
    matter = matter_of(market.challenges["draft"])
    request = a_request(database, matter, market.people["enterprise owner"])
    own = an_achievement(database, organisation_id=market.enterprise.id)
    database.commit()
    return {
        "approval_id": [request.public_id],
        "challenge_id": [one.public_id for one in market.challenges.values()],
        "achievement_id": [own.public_id, market.achievements["listed"].public_id],
        "organisation_id": [market.enterprise.public_id, market.institute.public_id],
        "question_id": [one.public_id for one in market.questions],
    }


def named(case: Case, real: Mapping[str, list[str]]) -> st.SearchStrategy[Case]:
    """The same question of a thing that is there, for the most part: those that are not there say little."""

    def with_place(place: tuple[str | None, str]) -> Case:
        thing, version = place
        for name in case.path_parameters or {}:
            if thing is not None and name in real:
                case.path_parameters[name] = thing
        if case.headers and "If-Match" in case.headers:
            case.headers["If-Match"] = version
        return case

    known = [one for name in case.path_parameters or {} for one in real.get(name, ())]
    things = st.sampled_from([*known, None]) if known else st.none()
    return st.tuples(things, st.sampled_from(['"1"', '"1"', '"2"', "nonsense"])).map(with_place)


def asked(operation: Any, mode: GenerationMode, real: Mapping[str, list[str]], ask: Callable[[Case], None]) -> None:
    """Put the questions that hypothesis thinks of to one operation."""
    strategy = operation.as_strategy(generation_mode=mode).flatmap(lambda case: named(case, real))
    try:
        QUIETLY(given(strategy)(ask))()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # an address without anything in it has nothing to get wrong


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_the_document_says(app, database, market, real, mode):
    note_organisations(database, market)
    secret = a_token(database, market.people["own editor"], market.enterprise)
    database.commit()
    work(app)  # so that there is an index to search
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app)
    statuses: dict[str, set[int]] = {}

    def ask(case: Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        statuses.setdefault(case.operation.label, set()).add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    for found in schema.get_all_operations():
        asked(found.ok(), mode, real, ask)
    if mode is GenerationMode.POSITIVE:
        assert len(statuses) == len(list(schema.get_all_operations()))
        reached = {label for label, seen in statuses.items() if seen & {200, 201, 403, 409, 412, 422}}
        assert reached == set(statuses)
