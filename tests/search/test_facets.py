"""What a document answers to each facet."""

from datetime import datetime, timedelta, timezone

import pytest

from search.documents import FILTERS, SearchDocument
from search.facets import BUDGET_BANDS, budget_band, facet_values
from tests.search.builders import a_document


@pytest.mark.parametrize(
    ("yuan", "band"),
    [
        (0, "to-be-discussed"),
        (0.01, "below-500k"),
        (499_999.99, "below-500k"),
        (500_000, "500k-1m"),
        (999_999.99, "500k-1m"),
        (1_000_000, "1m-5m"),
        (5_000_000, "5m-10m"),
        (10_000_000, "10m-and-more"),
        (10**10, "10m-and-more"),
    ],
)
def test_an_amount_lies_in_the_band_whose_least_amount_it_reaches(yuan, band):
    assert budget_band(round(yuan * 100)) == band


def test_bands_rise():
    assert [least for _, least in BUDGET_BANDS] == sorted({least for _, least in BUDGET_BANDS})


def test_a_document_that_says_nothing_has_only_its_kind():
    document = SearchDocument("a", "patent", 1, "", "")
    assert facet_values(document) == {**dict.fromkeys(FILTERS, ()), "kind": ("patent",)}


def test_every_filter_is_answered():
    document = a_document(
        "a",
        industries=("energy",),
        directions=("energy-storage",),
        topics=("fuel-cell",),
        readiness=0,
        area="anting",
        budget_fen=1,
        cooperation=("licence", "transfer"),
        state="open",
    )
    assert facet_values(document) == {
        "kind": ("achievement",),
        "industry": ("energy",),
        "direction": ("energy-storage",),
        "topic": ("fuel-cell",),
        "readiness": ("0",),
        "area": ("anting",),
        "budget": ("below-500k",),
        "cooperation": ("licence", "transfer"),
        "state": ("open",),
        "year": ("2026",),
    }


def test_the_year_is_read_in_the_zone_the_instant_carries():
    beijing = timezone(timedelta(hours=8))
    new_year = datetime(2027, 1, 1, tzinfo=beijing)
    assert facet_values(a_document("a", published_at=new_year))["year"] == ("2027",)
