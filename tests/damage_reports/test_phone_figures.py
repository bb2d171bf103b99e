"""Figures under the thumb, run by node: keys, units, carried figures, the report that is made."""

from __future__ import annotations

from tests.outbox.test_state import SCRIPTS, call

FIGURES = SCRIPTS / "reports" / "phone" / "figures.js"
PEOPLE = {"code": "affected", "scale": 0, "unit": {"zh": "人", "en": "people"}}
CROPS = {"code": "crop_affected", "scale": 2, "unit": {"zh": "公顷", "en": "ha"}}
LOSS = {"code": "loss_total", "scale": 2, "unit": {"zh": "万元", "en": "10,000 yuan"}}
EMPTY = {"text": "", "other": False, "unknown": False, "carried": False}


def typed(field: dict, keys: list[str], **entry) -> str:
    found = EMPTY | entry
    for key in keys:
        found = call(FIGURES, "press", field, found, key)
    return found["text"]


def test_keys_write_a_figure_without_leading_zeros_or_too_many_decimals():
    assert typed(PEOPLE, ["0", "4", "00"]) == "400"
    assert typed(PEOPLE, ["4", ".", "5"]) == "45"
    assert typed(CROPS, [".", "1", "2", "3"]) == "0.12"
    assert typed(CROPS, ["1", "2", "delete"]) == "1"


def test_the_first_key_on_a_carried_figure_begins_a_new_one_and_delete_changes_it():
    assert typed(PEOPLE, ["7"], text="388", carried=True) == "7"
    assert typed(PEOPLE, ["delete"], text="388", carried=True) == "38"
    assert typed(PEOPLE, ["7"], unknown=True) == "7"


def test_mu_become_hectares_rounded_as_the_form_counts_and_back():
    in_mu = EMPTY | {"text": "2340", "other": True}

    assert call(FIGURES, "valueOf", CROPS, in_mu) == 156
    assert call(FIGURES, "valueOf", CROPS, in_mu | {"text": "100"}) == 6.67
    assert call(FIGURES, "turned", CROPS, in_mu)["text"] == "156"


def test_yuan_become_ten_thousands_and_back_and_nobody_counts_fen():
    in_yuan = EMPTY | {"text": "75000", "other": True}

    assert call(FIGURES, "valueOf", LOSS, in_yuan) == 7.5
    assert call(FIGURES, "inTheOther", LOSS, EMPTY | {"text": "7.5"}) == 75000
    assert call(FIGURES, "turned", LOSS, in_yuan)["text"] == "7.5"
    assert typed(LOSS, ["7", ".", "5"], other=True) == "75"


def test_not_yet_known_is_null_and_never_nought_and_an_empty_field_is_absent():
    entries = {"affected": EMPTY | {"unknown": True}, "crop_affected": EMPTY}

    assert call(FIGURES, "valuesOf", [PEOPLE, CROPS], entries) == {"affected": None}


def test_full_width_digits_and_words_of_the_trade_are_understood():
    assert call(FIGURES, "typed", PEOPLE, EMPTY, "１，２５０")["text"] == "1250"
    assert call(FIGURES, "typed", PEOPLE, EMPTY, "不详")["unknown"] is True
    assert call(FIGURES, "typed", PEOPLE, EMPTY, "abc") is None


def test_a_sum_that_comes_out_is_said_and_one_with_an_unknown_part_is_not():
    rule = {"op": "eq", "checks": [{"left": ["a"], "right": ["b", "c"]}]}

    fits = call(FIGURES, "sumsThatFit", [rule], {"a": 0.3, "b": 0.1, "c": 0.2})
    assert fits == [{"field": "a", "parts": [0.1, 0.2], "sum": 0.3}]
    assert call(FIGURES, "sumsThatFit", [rule], {"a": 1, "b": 1, "c": None}) == []


def test_two_versions_differ_only_where_they_say_something_else():
    mine, theirs = {"a": 1, "b": None, "c": 3}, {"a": 1, "c": 4, "d": 5}

    assert call(FIGURES, "differences", mine, theirs) == [
        {"field": "c", "base": None, "theirs": 4, "mine": 3},
        {"field": "d", "base": None, "theirs": 5, "mine": None},
    ]
