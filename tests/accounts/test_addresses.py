import pytest

from marketplace.accounts.addresses import fault_of, normalised


def test_an_address_has_one_spelling():
    assert normalised("  Li@Example.COM ") == "li@example.com"


@pytest.mark.parametrize("email", ["operator@demo.jiebang.cn", "a+b@example.com"])
def test_a_real_address_has_no_fault(email):
    assert fault_of(email) is None


@pytest.mark.parametrize(
    "email", ["", "li", "li@", "@example.com", "li@@example.com", "李@example.com", "a" * 250 + "@x.cn"]
)
def test_what_is_no_address_is_refused(email):
    assert fault_of(email) is not None
