"""Addresses that people type: whatever stands behind the question mark, the page comes."""

import pytest


@pytest.mark.parametrize("name", ["endpoint", "values", "self", "_anchor", "_external", "_method", "_scheme"])
def test_a_page_comes_whatever_an_argument_is_called(client, name):
    answer = client.get(f"/challenges?{name}=javascript&sort=closing")
    assert answer.status_code == 200
    assert "lang=en" in answer.text
    assert "javascript:" not in answer.text
