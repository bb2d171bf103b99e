"""Figures out of chat messages, held against 1,563 labelled ones.

How the corpus came about, so that nobody reads more into the share than it says. All messages
are made up by one hand, after the way townships write; a figure counts as right only with its
place and with how it was said (corrected, about, a range). `before` (100) was written before
there was a reader; the reader was then fitted to it. Of the others, what was right the first
time the reader saw them, of the figures meant (recall) and of those proposed (precision):

    held_out      100   148 of 161   91.9 %     148 of 154   96.1 %
    last           60    80 of 86    93.0 %      80 of 85    94.1 %
    unseen         40    54 of 60    90.0 %      54 of 58    93.1 %
    night         100   151 of 194   77.8 %     151 of 178   84.8 %
    later_night   100   149 of 173   86.1 %     149 of 163   91.4 %
    third_night   100   129 of 138   93.5 %     129 of 145   89.0 %
    fourth_night   99   148 of 153   96.7 %     148 of 150   98.7 %

After each the reader was mended by what it had missed, in that order. `night` and
`later_night` were written together before either was read, by somebody who had read the rules,
and on purpose with what had not been seen yet: corrections of the message before, parts beside
totals, figures in turn, slips of speech. `fourth_night` is plainer: the reader of before
`night` would have had 95.4 % and 98.0 % of it (`later_night`: 80.9 % and 87.5 %,
`third_night`: 90.6 % and 88.0 %). So the shares asserted here are of known messages; of new
ones expect nine in ten, more where people write plainly, which is why none is ever taken unseen.

`chat` (240) came later, in the voice of villagers and officials: dialect, full-width digits,
corrections, ages and distances. Its third column says what the reader was mended by (`seen`)
and what it never was (`held_out`); at first contact, with the labels as they then stood:

    first 120     119   156 of 186   83.9 %     156 of 171   91.2 %   (six labels were then
    mended, not the reader, and one message added: 159 of 183, 86.9 %; 159 of 172, 92.4 %)
    next           60    85 of 90    94.4 %      85 of 88    96.6 %
    held_out       60    84 of 90    93.3 %      84 of 88    95.5 %

`voices` (434) came after it. The reader was mended by its first five parts (rules of numbers,
negation, correction and several villages); `held_out` of `chat` was only counted meanwhile, never
read: 86 of 90, 95.6 %, of those meant and of those proposed. At first contact, as written (some
twenty labels of the first three parts were then put right, and a few messages left out that could
be read two ways):

    third voice   120   161 of 215   74.9 %     161 of 186   86.6 %
    fourth voice   82    89 of 104   85.6 %      89 of 101   88.1 %
    fresh          60    78 of 89    87.6 %      78 of 81    96.3 %
    dialect        61    66 of 85    77.6 %      66 of 83    79.5 %
    new            60    72 of 82    87.8 %      72 of 77    93.5 %
    held_out       60    82 of 88    93.2 %      82 of 87    94.3 %

The first, second and fourth were written to be hard. `morning`, `noon`, `afternoon` and
`evening` (189) are of another hand, which wrote them as hard as it could for a reader of its own;
this reader has seen none of them: 86 % of the figures meant, 88 % of those proposed. So of
messages nobody has seen, nine in ten figures are right, more where people write plainly; of the
whole corpus more than 95 %.
"""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage_reports.rules import Kind, proposals
from damage_reports.rules.sentences_numbers import value_of
from tests.damage_reports.messages import Message, messages, read, scores

CORPUS = ("before", "held_out")
LATER = ("last", "unseen")
NIGHTS = (("night", "later_night"), ("third_night", "fourth_night"))


def shares(*names: str) -> tuple[float, float, dict]:
    found = [each for name in names for each in messages(name)]
    table = scores([(read(each.text), each.figures) for each in found])
    return *share_of(found), table


def share_of(found: list[Message]) -> tuple[float, float]:
    table = scores([(read(each.text), each.figures) for each in found])
    right, proposed, meant = (sum(row[n] for row in table.values()) for n in range(3))
    return right / proposed, right / meant


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


@pytest.mark.parametrize("names", NIGHTS)
def test_two_hundred_messages_of_one_night_are_read_as_well(tell, names):
    found = [each for name in names for each in messages(name)]
    precision, recall, _table = shares(*names)
    tell(precision=precision, recall=recall)

    assert len(found) == len({each.text for each in found}) == 200
    assert precision >= 0.95
    assert recall >= 0.95


def test_messages_from_a_chat_are_read_as_well_and_the_share_of_those_held_out_is_told(tell):
    found = messages("chat")
    held_out = [each for each in found if each.held_out]
    precision, recall = share_of(found)
    new_precision, new_recall = share_of(held_out)
    tell(precision=precision, recall=recall)
    tell(held_out_precision=new_precision, held_out_recall=new_recall)

    assert (len(found), len(held_out)) == (len({each.text for each in found}), 60)
    assert min(precision, recall) >= 0.95
    assert new_precision >= 0.95
    assert new_recall >= 0.95


def test_other_voices_are_read_as_well_and_the_share_of_those_held_out_is_told(tell):
    found = messages("voices")
    held_out = [each for each in found if each.held_out]
    precision, recall = share_of(found)
    new_precision, new_recall = share_of(held_out)
    tell(precision=precision, recall=recall)
    tell(held_out_precision=new_precision, held_out_recall=new_recall)

    assert (len(found), len(held_out)) == (len({each.text for each in found}), 60)
    assert min(precision, recall) >= 0.95
    assert min(new_precision, new_recall) >= 0.93


def test_messages_of_another_hand_were_never_fitted_to_and_their_share_is_told(tell):
    """Written on purpose to be hard, for another reader that this one replaced: a true test."""
    precision, recall, _table = shares("morning", "noon", "afternoon", "evening")
    tell(messages=189, precision=precision, recall=recall)

    assert min(precision, recall) >= 0.85


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("东岙村倒房1间,其他村没有倒房", [("东岙村", "collapsed_rooms", 1)]),
        ("除东岙村转移30人外,其余村共转移90人", [("东岙村", "relocated_cum", 30)]),
        ("没有新增伤亡", []),
        ("还没转移", []),
        ("每户损失五千元", []),
        ("可安置200人", []),
        ("抢通道路2公里", []),
        ("一个人都没伤", [("", "injured", 0)]),
        ("东岙:受灾32人。西岙:受灾18人", [("东岙", "affected", 32), ("西岙", "affected", 18)]),
        ("小李:受灾32人", [("", "affected", 32)]),
        ("乡道冲毁一点五公里", [("", "road_km", Decimal("1.5"))]),
        ("早上八点三人受伤", [("", "injured", 3)]),
        ("半山村120人,岭头村61人,均已转移",
         [("半山村", "relocated_cum", 120), ("岭头村", "relocated_cum", 61)]),
    ],
)  # fmt: skip
def test_what_is_said_of_others_of_the_rest_or_of_nobody_is_no_figure_of_the_township(
    text, figures
):
    assert [(each.place, each.indicator, each.value) for each in proposals(text)] == figures


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


def test_a_message_that_is_called_off_corrects_with_all_that_follows():
    found = proposals("上一条作废。转移628人,受灾3350人")

    assert [(each.kind, each.value) for each in found] == [
        (Kind.CORRECTED, 628), (Kind.CORRECTED, 3350)
    ]  # fmt: skip


def test_figures_told_in_turn_belong_to_the_places_in_turn():
    found = proposals("河头村、溪下村、岭脚村分别转移35人、48人、22人,倒房1间、0间、2间")

    assert [(each.place, each.value) for each in found] == [
        ("河头村", 35), ("溪下村", 48), ("岭脚村", 22), ("河头村", 1), ("溪下村", 0), ("岭脚村", 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "累计转移2146人,今晚新增转移318人", "累计转移2146人,其中今日转移318人",
        "转移2146人,民兵80人参加转移", "转移2146人,还有15人没转移", "原定转移600人,实际转移2146人",
        "已转移2146人,转移率98%",
    ],
)  # fmt: skip
def test_what_is_new_a_part_or_not_done_yet_is_no_total(text):
    assert [each.value for each in proposals(text) if each.value] == [2146]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("损失六百至八百万元", 600, 800),
        ("损失3-4百万元", 300, 400),
        ("转移800到1万人", 800, 10000),
        ("损失3000-5000万元", 3000, 5000),
    ],
)
def test_two_ends_of_a_range_share_what_only_the_last_says(text, low, high):
    assert (only(text).low, only(text).high) == (low, high)


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
