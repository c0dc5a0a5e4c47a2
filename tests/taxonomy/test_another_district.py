"""Another district's file swaps the taxonomy: pages, filters and forms follow it, and nothing in code names ours."""

import pytest

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.taxonomy.catalogue_file import CatalogueError, load_catalogue
from tests.conftest import make_app
from tests.factories.challenges import a_challenge
from tests.taxonomy.test_catalogue_file import SMALL, a_file


@pytest.fixture
def elsewhere(sqlite_url, tmp_path):
    return make_app(sqlite_url, tmp_path, taxonomy_file=a_file(tmp_path))


def test_pages_and_filters_show_the_other_districts_industries(elsewhere, tmp_path):
    known = load_catalogue(a_file(tmp_path))
    client = elsewhere.test_client()
    for address in ("/", "/industries", "/challenges", "/achievements"):
        page = client.get(address).text
        assert all(industry.name.zh in page for industry in known.industries)
        assert "未来智能" not in page
    for direction in known.directions:
        assert direction.name.zh in client.get(f"/directions/{direction.code}").text
    assert client.get("/directions/deep-sea").status_code == 404


def test_a_challenge_of_a_direction_that_the_file_no_longer_knows_is_unclassified(elsewhere, database):
    challenge = a_challenge(database, state=ChallengeState.OPEN, direction="deep-sea", area="anting")
    database.commit()
    assert "未归类" in elsewhere.test_client().get(f"/challenges/{challenge.public_id}").text


def test_a_broken_file_keeps_the_application_from_starting_and_says_where(sqlite_url, tmp_path):
    with pytest.raises(CatalogueError) as refused:
        make_app(
            sqlite_url, tmp_path, taxonomy_file=a_file(tmp_path, SMALL.replace('"kind": "cluster"', '"kind": "x"', 1))
        )
    assert "taxonomy" in str(refused.value) or ".json" in str(refused.value)
    assert "kind" in str(refused.value)
