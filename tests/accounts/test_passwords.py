import pytest

from marketplace.accounts import passwords


def weakness(password, email="li.wei@example.com", name="李伟"):
    found = passwords.weakness(password, email=email, name=name)
    return found and found.id


def test_a_hash_matches_its_password_and_no_other():
    stored = passwords.hash_of("correct horse")
    assert passwords.matches(stored, "correct horse")
    assert not passwords.matches(stored, "correct hors")
    assert stored != passwords.hash_of("correct horse")


def test_full_width_typing_gives_the_same_password():
    assert passwords.matches(passwords.hash_of("Ab12345678"), "Ａｂ12345678")


def test_what_is_no_hash_matches_nothing():
    assert not passwords.matches("", "secret")


def test_the_decoy_costs_what_a_real_hash_costs():
    assert not passwords.is_outdated(passwords.DECOY)


def test_a_hash_made_with_other_parameters_is_outdated():
    weaker = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert passwords.is_outdated(weaker)


@pytest.mark.parametrize(
    "password", ["Jiading-2026", "abcdefghi7", "Abcdef12", "密码要有十个汉字才行", "小猫Mao7!跑了"]
)
def test_a_password_long_or_mixed_enough_will_do(password):
    assert weakness(password) is None


@pytest.mark.parametrize("password", ["", "Abc12!", "abcdefghi", "abcdef12", "ABCDEFG1"])
def test_a_short_password_needs_three_classes_and_eight_characters(password):
    assert weakness(password) == passwords.TOO_SHORT


@pytest.mark.parametrize("password", ["li.wei@example.com", "my-li.wei-2026", "LI.WEI-2026"])
def test_the_address_does_not_belong_into_the_password(password):
    assert weakness(password) == passwords.LIKE_THE_PERSON


def test_nor_does_the_name():
    assert weakness("WangXiaoming!1", name="Wang Xiaoming") == passwords.LIKE_THE_PERSON


@pytest.mark.parametrize("password", ["1234567890", "Password123", "aaaaaaaaaaaa", "1112221112"])
def test_what_everybody_takes_will_not_do(password):
    assert weakness(password) == passwords.TOO_COMMON


def test_a_password_has_an_end():
    assert weakness("ab" * 101) == passwords.TOO_LONG
