from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from marketplace.accounts import totp
from tests.conftest import NOON

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = timedelta(seconds=30)


def code_at(moment):
    return pyotp.TOTP(SECRET).at(moment)


def matching(code, *, after=0, now=NOON):
    return totp.matching_step(SECRET, code, after=after, now=now)


def test_the_vector_of_the_standard_holds():
    """RFC 6238, appendix B: at 59 seconds 94287082, of which apps show the last six digits."""
    moment = datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.matching_step(secret, "287082", after=0, now=moment) == 1


@pytest.mark.parametrize(("steps", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(steps, holds):
    assert (matching(code_at(NOON + steps * HALF_MINUTE)) is not None) is holds


def test_a_code_that_was_taken_counts_no_more_and_none_before_it():
    taken = matching(code_at(NOON))
    assert taken == totp.step_of(NOON)
    assert matching(code_at(NOON), after=taken) is None
    assert matching(code_at(NOON - HALF_MINUTE), after=taken) is None
    assert matching(code_at(NOON + HALF_MINUTE), after=taken) == taken + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 456"])
def test_what_is_no_code_matches_nothing(typed):
    assert matching(typed) is None


def test_blanks_and_dashes_do_not_matter():
    assert totp.cleaned(" 123 456\n") == "123456"
    assert totp.cleaned("ABCD-efgh-2345-6789") == "abcdefgh23456789"


def test_recovery_codes_are_ten_and_all_different():
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(totp.cleaned(code)) for code in codes} == {16}
    assert not any(totp.is_code(totp.cleaned(code)) for code in codes)


def test_the_square_says_whose_account_it_is_and_brings_no_style():
    address = totp.address_of(SECRET, "li@example.com")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address
    assert "li%40example.com" in address
    square = totp.square_of(address, "<b>")
    assert square.startswith("<svg")
    assert "style" not in square
    assert "&lt;b&gt;" in square


def test_a_secret_is_shown_in_groups_of_four():
    assert totp.in_groups(SECRET) == "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
    assert len(totp.new_secret()) == 32
