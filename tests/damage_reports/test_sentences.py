"""Figures out of chat messages, held against 300 labelled ones.

How the corpus came about, so that nobody reads more into the share than it says. All messages
are made up by one hand, after the way townships write. `before` (100) was written before there
was a reader; the reader was then fitted to it. `held_out` (100) was written before the reader
saw any of it: at first reading 148 of its 161 figures were right (recall 91.9 %) and 148 of
154 proposals (precision 96.1 %); then the reader was mended by what it had missed. `last` (60)
the same way: 80 of 86 (93.0 %), 80 of 85 (94.1 %). `unseen` (40) at first reading 54 of 60
(90.0 %), 54 of 58 (93.1 %); two general faults were mended, the rest still stand. So the
shares asserted here are of known messages; of new ones expect nine in ten, which is why none
is ever taken unseen.
"""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage_reports.rules import Kind, proposals
from damage_reports.rules.sentences_numbers import value_of
from tests.damage_reports.messages import messages, read, scores

CORPUS = ("before", "held_out")
LATER = ("last", "unseen")


def shares(*names: str) -> tuple[float, float, dict]:
    found = [(read(each.text), each.figures) for name in names for each in messages(name)]
    table = scores(found)
    right, proposed, meant = (sum(row[n] for row in table.values()) for n in range(3))
    return right / proposed, right / meant, table


def test_the_corpus_has_two_hundred_messages_and_every_kind_of_figure():
    found = [each for name in CORPUS for each in messages(name)]
    kinds = {figure[2] for each in found for figure in each.figures}

    assert len(found) == len({each.text for each in found}) == 200
    assert kinds == set(Kind)
    assert sum(1 for each in found if not each.figures) >= 15


def test_at_least_nineteen_figures_in_twenty_are_right(tell):
    precision, recall, table = shares(*CORPUS)
    tell(precision=precision, recall=recall)
    for kind, (right, proposed, meant) in table.items():
        tell(**{kind: f"precision {right}/{proposed}", "recall": f"{right}/{meant}"})

    assert precision >= 0.95
    assert recall >= 0.95


def test_a_hundred_more_messages_are_read_nearly_as_well(tell):
    precision, recall, _table = shares(*LATER)
    tell(precision=precision, recall=recall)

    assert precision >= 0.95
    assert recall >= 0.95


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("两千三百", 2300), ("两千三", 2300), ("三万五", 35000), ("1.2万", 12000),
        ("2万3千", 23000), ("一百零五", 105), ("一万零五十", 10050), ("十二", 12), ("二十", 20),
        ("1.05亿", 105_000_000), ("一亿二千万", 120_000_000), ("12,300", 12300),
        ("1万2300", 12300), ("〇", 0), ("万", 10000),
    ],
)  # fmt: skip
def test_a_number_is_worth_what_it_says(words, value):
    assert value_of(words) == value


def only(text: str):
    [found] = proposals(text)
    return found


def test_a_proposal_shows_the_sentence_and_the_words_it_comes_from():
    text = "各位好。我镇受灾1200人,雨还在下。收到请回复"
    found = only(text)

    assert text[found.start : found.end] == "我镇受灾1200人,雨还在下"
    assert text[found.at : found.to] == "受灾1200人"


def test_full_width_signs_do_not_shift_the_words_shown():
    text = "转移 1200 人"
    found = only(text)

    assert found.value == 1200
    assert "1200" in text[found.at : found.to]


@pytest.mark.parametrize(
    "text", ["转移上百人", "转移十几人", "转移几百人", "倒房三间半", "转移百余人"]
)
def test_what_is_vague_is_never_exact(text):
    found = only(text)

    assert (found.kind, found.value) == (Kind.VAGUE, None)


def test_a_range_keeps_both_ends_and_chooses_none():
    found = only("转移三四百人")

    assert (found.kind, found.value, found.low, found.high) == (Kind.RANGE, None, 300, 400)


def test_nobody_hurt_is_nought_and_not_yet_known_is_not():
    assert {each.value for each in proposals("无人员伤亡")} == {Decimal(0)}
    assert {each.value for each in proposals("人员伤亡尚未掌握")} == {None}


def test_a_corrected_figure_takes_back_the_first():
    first, second = proposals("转移2300人。更正:转移2500人")

    assert (first.kind, first.value) == (Kind.REPLACED, 2300)
    assert (second.kind, second.value) == (Kind.CORRECTED, 2500)


def test_mu_become_hectares_and_yuan_ten_thousands():
    crops, loss = proposals("绝收30亩,损失75000元")

    assert (crops.value, loss.value) == (Decimal(2), Decimal("7.5"))


def test_what_can_be_hurt_or_dead_is_never_split_by_guess():
    assert [each for each in proposals("共有伤亡3人") if each.value] == []


@given(st.text(max_size=400))
def test_any_text_is_read_without_breaking(text):
    for each in proposals(text):
        assert 0 <= each.start <= each.at <= each.to <= len(text)
        assert each.value is None or each.value >= 0


@given(
    st.text(
        "受灾转移人口倒塌间户亩万千百十两三半几没有无更正不是应为约0123456789.,,。村 ", max_size=120
    )
)
def test_jumbled_reports_are_read_without_breaking(text):
    for each in proposals(text):
        assert (each.value is None) == (each.kind in {Kind.RANGE, Kind.VAGUE, Kind.UNKNOWN}) or (
            each.kind is Kind.REPLACED
        )


@pytest.mark.parametrize(
    "piece", ["受灾人口1200人,", "一", "1,", "没", "不是", "上百千万", "转移、", "(", "9"]
)
def test_ten_thousand_signs_are_read_at_once(piece):
    began = time.perf_counter()
    proposals(piece * (10_000 // len(piece)))

    assert time.perf_counter() - began < 5
