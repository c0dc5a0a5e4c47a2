"""What cannot be said in the vocabulary of search."""

from datetime import datetime

import pytest

from search.documents import SearchQuery
from tests.search.builders import a_document


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"key": ""}, "a key and a kind"),
        ({"key": "a", "kind": ""}, "a key and a kind"),
        ({"key": "a", "version": -1}, "not negative"),
        ({"key": "a", "published_at": datetime(2026, 6, 1)}, "aware"),  # noqa: DTZ001  -- the point of the test
    ],
)
def test_a_document_that_makes_no_sense_is_refused(facts, reason):
    with pytest.raises(ValueError, match=reason):
        a_document(**facts)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"filters": {"colour": frozenset(("red",))}}, "unknown facets: colour"),
        ({"facets": ("topic",)}, "unknown facets: topic"),
        ({"offset": -1}, "not negative"),
        ({"limit": -1}, "not negative"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(question, reason):
    with pytest.raises(ValueError, match=reason):
        SearchQuery(**question)
