import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.organisations import credit_code
from marketplace.organisations.credit_code import ALPHABET, check, check_digit, inner_check_digit, normalise

VALID = (
    "91310114MA1ABC123A",
    "12310000MA1ABC1231",
    "52310114MA1ABC123B",
    "12100000MA1ABC123F",
    "93310114MA1ABC1234",
    "N2310114MA1ABC123R",
    "91110000600037341L",
)


@pytest.mark.parametrize("code", VALID)
def test_a_valid_code_is_taken_whatever_it_begins_with(code):
    assert check(code) is None


@pytest.mark.parametrize(
    "typed", ["９１３１０１１４ＭＡ１ＡＢＣ１２３Ａ", " 91310114 ma1abc123a ", "91310114\u3000MA1ABC\u200b123A\n"]
)
def test_full_width_lower_case_and_blanks_are_put_right(typed):
    assert normalise(typed) == "91310114MA1ABC123A"


@pytest.mark.parametrize("typed", ["9131O114MA1ABC123A", "9131011４MA1ABC123ß", "①1310114MA1ABC123A"])
def test_nothing_else_is_put_right(typed):
    assert check(normalise(typed)) is not None


@pytest.mark.parametrize(
    ("code", "reason", "values"),
    [
        ("", credit_code.WRONG_LENGTH, {"count": 0}),
        ("91310114MA1ABC123", credit_code.WRONG_LENGTH, {"count": 17}),
        ("91310114MA1ABC123AA", credit_code.WRONG_LENGTH, {"count": 19}),
        ("9131O114MA1ABC123A", credit_code.WRONG_CHARACTER, {"position": 5, "character": "O"}),
        ("91310114MA1ABC123中", credit_code.WRONG_CHARACTER, {"position": 18, "character": "中"}),
        ("91310114MA1ABC123B", credit_code.WRONG_CHECK, {}),
        ("91310114MA1ABC124" + check_digit("91310114MA1ABC124"), credit_code.WRONG_INNER_CHECK, {}),
        ("91310114MA1ABC124A", credit_code.BOTH_WRONG, {}),
    ],
)
def test_the_reason_says_what_to_look_at(code, reason, values):
    found = check(code)
    assert (found.id, dict(found.values)) == (reason, values)


codes = st.text(ALPHABET, min_size=16, max_size=16).map(lambda text: completed(text[:8], text[8:]))


def completed(front, body):
    first_17 = front + body + inner_check_digit(body)
    return first_17 + check_digit(first_17)


@given(codes.filter(lambda code: code[16] in ALPHABET))
def test_what_has_both_check_digits_is_valid(code):
    assert check(code) is None


@given(codes, st.integers(0, 17), st.characters())
def test_a_single_wrong_character_is_always_noticed(code, position, character):
    changed = code[:position] + character + code[position + 1 :]
    assert (check(changed) is None) == (changed == code)


def test_an_unusual_beginning_is_a_question_and_no_error():
    assert credit_code.doubt("enterprise", "企业", "91310114MA1ABC123A") is None
    assert credit_code.doubt("provider", "服务机构", "N2310114MA1ABC123R") is None
    assert str(credit_code.doubt("university", "高校", "91310114MA1ABC123A")).startswith(
        "高校的代码通常以 12 / 52 开头"
    )
