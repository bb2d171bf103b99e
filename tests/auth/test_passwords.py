"""What a password must be: long, not common, whole; under `mlps3` of three kinds of signs."""

from __future__ import annotations

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from relief_ops.auth import passwords
from relief_ops.config import Settings

GOOD = "Correct-Horse-7-Battery"
TOP = FREQUENCY_LISTS["passwords"]


def test_the_three_thousand_most_common_passwords_are_refused_in_any_case():
    assert len(TOP) >= 3000
    let_through = [each for each in TOP[:3000] if not passwords.is_common(each.upper())]

    assert not let_through


def test_every_common_password_that_is_long_enough_is_refused():
    long_ones = [each for each in TOP if len(each) >= passwords.MIN_LENGTH]

    assert len(long_ones) > 100
    assert all("common" in passwords.weaknesses(each, login="chen.zhen") for each in long_ones)


@pytest.mark.parametrize(
    "password",
    [
        "Password2024!", "P@ssw0rd12345", "Qwertyuiop123!", "123456789012", "aaaaaaaaaaaaA1!",
        "Admin@123456", "woaini1314520", "A" * 128,
    ],
)  # fmt: skip
def test_a_common_password_is_not_hidden_by_a_year_or_a_sign(password):
    assert "common" in passwords.weaknesses(password, login="chen.zhen")


@pytest.mark.parametrize("profile", ["mlps3", "asvs"])
def test_several_words_that_do_not_belong_together_are_good(profile):
    assert passwords.weaknesses(GOOD, login="chen.zhen", profile=profile) == []


def test_only_mlps3_asks_for_three_kinds_of_signs():
    words = "glacier trombone walnut ferry"

    assert passwords.weaknesses(words, login="x.y", profile="mlps3") == ["complexity"]
    assert passwords.weaknesses(words, login="x.y", profile="asvs") == []


def test_a_pass_phrase_in_chinese_is_as_good_as_any():
    assert passwords.weaknesses("渡轮 核桃 冰川 长号 七只蓝鲸", login="x.y", profile="asvs") == []


@pytest.mark.parametrize(("length", "fits"), [(11, False), (12, True), (128, True), (129, False)])
def test_a_password_has_twelve_to_a_hundred_and_twenty_eight_characters(length, fits):
    password = ("Glacier-7-trombone-Walnut-ferry-" * 5)[:length]

    assert ("length" not in passwords.weaknesses(password, login="x.y")) == fits


def test_nothing_is_cut_from_a_long_password():
    long_one = "Glacier-7-trombone-Walnut-ferry-" * 4
    stored = passwords.hash_password(long_one)

    assert len(long_one) == 128
    assert passwords.matches(stored, long_one)
    assert not passwords.matches(stored, long_one[:-1])
    assert not passwords.matches(stored, long_one[:-1] + "?")


def test_an_unknown_profile_stops_the_start(tmp_path):
    with pytest.raises(ValueError, match="PASSWORD_PROFILE"):
        Settings.from_environ({"DATA_DIR": str(tmp_path), "PASSWORD_PROFILE": "none"})
    assert Settings.from_environ({"DATA_DIR": str(tmp_path)}).password_profile == "mlps3"
