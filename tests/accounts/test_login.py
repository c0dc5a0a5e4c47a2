import pytest

from marketplace.accounts.login import is_own_page


@pytest.mark.parametrize("target", ["/workbench", "/challenges?kind=scene&page=2", "/组织"])
def test_a_path_of_ours_may_follow_a_sign_in(target):
    assert is_own_page(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "workbench",
        "//evil.example",
        "///evil.example",
        "//[",
        "/\\evil.example",
        "\\\\evil.example",
        "/\n/evil.example",
        "/\t/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
    ],
)
def test_another_site_may_not(target):
    assert not is_own_page(target)
