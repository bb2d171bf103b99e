"""Figures proposed from a message in a chat, each with the words it comes from.

Nothing is decided here: a proposal says what was written, whether it was corrected, negated,
approximate, a range or vague, and where it stands; a person takes it or leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from damage_reports.rules import sentences_words as words
from damage_reports.rules.sentences_belonging import (
    ALL,
    NEAR,
    Reading,
    Word,
    somebody,
    unit_after,
    unwritten,
    word_for,
)
from damage_reports.rules.sentences_figures import Kind, Proposal, take
from damage_reports.rules.sentences_numbers import Number, numbers_in

LONGEST = 10_000
SENTENCE = re.compile(r"[^。;;!!??\n]+")
CLAUSE = re.compile(
    r"(?:[^,,、。;;!!??\n()()]|(?<=\d),(?=\d{3}(?!\d))|"
    r"(?<=死亡|失踪|失联|受伤|重伤|轻伤|遇难|伤亡|倒塌|受灾|转移)、(?![\d一二两三四五六七八九十几数]))+"
)
PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF5B), 0xFF0E, 0xFF05)}
    | {"\u3000": " "}
)  # fmt: skip
HUNDREDTH, HALF = Decimal("0.01"), Decimal("0.5")
FAR = 400


def proposals(message: str) -> list[Proposal]:
    """Return the figures a message proposes, in the order in which they are written.

    Places in a proposal count in `message` as it was given; only its first 10,000
    characters are read.
    """
    reading = Reading(_plain(message[:LONGEST]))
    reading.heads = _heads(reading.text)
    found: list[Proposal] = []
    for sentence in SENTENCE.finditer(reading.text):
        now = words.THIS_TIME.search(sentence[0])
        if words.LONG_AGO.search(sentence[0]) and not now:
            continue
        reading.start, reading.end = sentence.span()
        reading.told = reading.told if _goes_on(sentence[0]) else []
        reading.named, reading.shared, reading.turn, reading.loose = [], [], [], []
        before = len(found)
        for clause in CLAUSE.finditer(reading.text, *_of_this_time(sentence)):
            take(found, _of_clause(reading, clause.start(), clause.end()))
        if len(found) == before and words.ANNOUNCED.search(sentence[0]):
            reading.corrected = True
    return found


def _plain(message: str) -> str:
    """Make full-width signs plain and blank out ages in brackets; no place shifts."""
    return words.AGE.sub(lambda said: " " * len(said[0]), message.translate(PLAIN))


def _heads(text: str) -> dict[int, str]:
    """Return the names of places before a colon, by where they begin; one alone may be anybody."""
    named = {
        each.start(): each[1]
        for each in words.HEADED.finditer(text)
        if not (words.NO_HEAD.search(each[1]) or words.CONCEPT.search(each[1]))
    }
    return named if len({*named.values()}) > 1 else {}


def _of_this_time(sentence: re.Match[str]) -> tuple[int, int]:
    """Leave out what was said of years ago before what is said of now."""
    then, now = words.LONG_AGO.search(sentence[0]), words.THIS_TIME.search(sentence[0])
    late = now.start() if then and now and then.start() < now.start() else 0
    return sentence.start() + late, sentence.end()


def _goes_on(sentence: str) -> bool:
    return bool(
        words.CORRECTED.search(sentence)
        or words.TOTAL.match(sentence)
        or words.PLACE_ALONE.fullmatch(sentence)
    )


def _of_clause(reading: Reading, start: int, end: int) -> Iterator[Proposal]:
    _find_place(reading, start, end)
    said = _words(reading.text, start, end)
    reading.used = set()
    if said:
        reading.turn = [*reading.shared]
    if not words.ELSEWHERE.search(reading.text, start, end):
        yield from _figures_of(reading, said, (start, end))
    reading.told = said or reading.told


def _figures_of(reading: Reading, said: list[Word], clause: tuple[int, int]) -> Iterator[Proposal]:
    start, end = clause
    if reading.told and not said and words.HAS_NONE.search(reading.text, start, end):
        yield from _noughts(reading, reading.told[-1], clause)
    for number in numbers_in(reading.text[start:end]):
        here = replace(number, start=number.start + start, end=number.end + start)
        yield from _of_one(reading, here, said, clause)
    if said and reading.loose and words.ALL_DID.search(reading.text[start : said[0].start]):
        yield from _of_loose(reading, said[0])
    counted = bool(reading.used)
    for word in said:
        if word not in reading.used:
            yield from _without_number(reading, word, clause, counted=counted)


def _of_one(
    reading: Reading, number: Number, said: list[Word], clause: tuple[int, int]
) -> Iterator[Proposal]:
    """Yield the figure a number is, in each place it is said of; keep people nothing is said of."""
    start, end = clause
    word, proposal = _of_number(reading, number, said, clause)
    if word and proposal:
        for place in _places(reading, start, end):
            left = [each for each in said if each not in reading.used]
            yield from _for_all(reading, number, replace(proposal, place=place), left)
        reading.used |= {*said} if ALL.search(reading.before(number.start, start)) else {word}
        reading.upto = number.end
    elif words.NOT_DONE.match(reading.text, number.end, end):
        reading.used |= {*said}
    elif not said and reading.named and words.ONLY_PEOPLE.fullmatch(reading.text, number.end, end):
        reading.loose.append((reading.place, number))


def _of_loose(reading: Reading, word: Word) -> Iterator[Proposal]:
    """Yield what is said of the people of several places at their end: …, 均已转移."""
    if indicator := word.figures.get(words.PEOPLE):
        for place, number in reading.loose:
            found = Proposal(
                indicator, Kind.STATED, number.low, reading.start, reading.end,
                number.start, number.end, place,
            )  # fmt: skip
            ends = _ends(number, Decimal(1), half=False)
            yield _judged(reading, number, replace(found, value=ends[0]), ends, number.start)
        reading.used |= {word}
    reading.loose = []


def _places(reading: Reading, start: int, end: int) -> list[str]:
    """Return where a figure stands: in each place named, in the next in turn, or in the last."""
    if len(reading.named) > 1 and words.EACH.search(reading.text, start, end):
        return reading.named
    pair = words.PAIR.findall(reading.text, start, end)
    if pair and words.BOTH_NONE.search(reading.text, start, end):
        return [reading.place, *pair]
    return [reading.turn.pop(0) if reading.turn else reading.place]


def _for_all(
    reading: Reading, number: Number, found: Proposal, said: list[Word]
) -> Iterator[Proposal]:
    """Yield the figure, for every word before it where it is said of all: 死亡、失踪均为0."""
    if ALL.search(reading.before(number.start, found.start)):
        for word in said:
            for indicator in word.indicators:
                yield replace(found, indicator=indicator)
    else:
        yield found


def _find_place(reading: Reading, start: int, end: int) -> None:
    clause = reading.text[start:end]
    if start in reading.heads:
        reading.place = reading.heads[start]
        return
    listed = len(reading.named) > 1 and reading.text[start - 1 : start] == "、"
    several = len(reading.named) > 1 and words.SUMMED.match(clause)
    if several or words.JOINT.search(clause) or (listed and words.ALTOGETHER.match(clause)):
        reading.place = ""
        return
    if words.OWN.search(clause):
        reading.place = ""
    named = [found[1] for place in words.PLACES if (found := place.search(clause))]
    fit = [each for each in named if not words.NO_PLACE.search(each)]
    reading.place = fit[0] if fit else reading.place
    reading.named += fit[:1] + (words.PAIR.findall(clause) if words.EACH.search(clause) else [])
    if words.IN_TURN.search(clause) and len(reading.named) > 1:
        reading.shared = [*reading.named]


def _words(text: str, start: int, end: int) -> list[Word]:
    return [
        Word(
            found.start(), found.end(),
            _figures(text, found, start),
            both=bool(found["both"]),
        )
        for found in words.CONCEPT.finditer(text, start, end)
    ]  # fmt: skip


def _figures(text: str, found: re.Match[str], start: int) -> dict[str, str]:
    """Return what a word may count: nothing where it is said of a shed."""
    if found["both"]:
        return {}
    figures = words.WORDS[int((found.lastgroup or "w0")[1:])][1]
    shed = words.ROOMS in figures and words.SHED_FELL.search(
        text[max(start, found.start() - NEAR) : found.start()]
    )
    return {} if shed else figures


def _of_number(
    reading: Reading, number: Number, said: list[Word], clause: tuple[int, int]
) -> tuple[Word | None, Proposal | None]:
    """Return the figure a number is, with the word that says so."""
    unit, end = unit_after(reading.text, number, clause[1])
    if unit == "个" and somebody(reading.text, number, clause[1], said or reading.told):
        unit = "个人"
    half = reading.text[end : end + 1] == "半" and unit is not None
    word = word_for(reading, number, unit, said, clause)
    if word is None or reading.text[number.end : number.end + 1] in {"%", "‰"}:
        return None, None
    counted, factor = words.UNITS[unit] if unit else unwritten(word)
    scale_free = _ends(number, factor, half=half)
    proposal = Proposal(
        word.figures[counted], Kind.STATED, scale_free[0], reading.start, reading.end,
        min(number.start, word.start) if word.start >= clause[0] else number.start,
        end + half, reading.place,
    )  # fmt: skip
    return word, _judged(reading, number, proposal, scale_free, clause[0])


def _ends(number: Number, factor: Decimal, *, half: bool) -> tuple[Decimal | None, Decimal | None]:
    if number.low is None or number.high is None:
        return None, None
    more = HALF if half else Decimal(0)
    low, high = (
        ((end + more) * factor).quantize(HUNDREDTH, ROUND_HALF_UP).normalize() + 0
        for end in (number.low, number.high)
    )
    return low, high


def _judged(
    reading: Reading, number: Number, found: Proposal, ends: tuple[Decimal | None, Decimal | None],
    start: int,
) -> Proposal:  # fmt: skip
    """Say how the figure was said."""
    low, high = ends
    whole = found.indicator not in BROKEN_FIGURES
    if low is None or (whole and low != low.to_integral_value()):
        return replace(found, kind=Kind.VAGUE, value=None)
    lead = reading.before(number.start, start)
    changed = words.CHANGED.match(reading.text, number.end)
    if words.DENIED.search(lead) or words.FORMER.search(lead) or changed:
        return replace(found, kind=Kind.REPLACED)
    if low != high:
        return replace(found, kind=Kind.RANGE, value=None, low=low, high=high)
    said = words.APART.split(reading.before(number.start, reading.start, FAR))[-1]
    if reading.corrected or words.CORRECTED.search(said):
        return replace(found, kind=Kind.CORRECTED)
    return replace(found, kind=Kind.APPROXIMATE) if number.about else found


def _without_number(
    reading: Reading, word: Word, clause: tuple[int, int], *, counted: bool
) -> Iterator[Proposal]:
    """Yield noughts and unknowns: nobody hurt, no house down, not known yet."""
    text = reading.before(word.start, clause[0]) + reading.text[word.start : clause[1]][:NEAR]
    kind = None
    if word.both and words.NOUGHT.match(reading.text, word.end, clause[1]):
        kind = Kind.STATED
    elif words.UNKNOWN.search(text.replace("下落不明", "")):
        kind = None if counted else Kind.UNKNOWN
    elif _is_none(reading, word, clause):
        kind = Kind.NEGATED
    if kind is not None:
        yield from _noughts(reading, word, clause, kind)


def _is_none(reading: Reading, word: Word, clause: tuple[int, int]) -> bool:
    lead = reading.before(word.start, clause[0])
    if words.NO_MORE.search(lead):
        return False
    return bool(
        words.NOTHING.search(lead)
        or words.NOTHING_AFTER.match(reading.text, word.end, clause[1])
        or words.ALL_NONE.search(reading.text[word.end : clause[1]])
    )


def _noughts(
    reading: Reading, word: Word, clause: tuple[int, int], kind: Kind = Kind.NEGATED
) -> Iterator[Proposal]:
    value = None if kind is Kind.UNKNOWN else Decimal(0)
    for place in _places(reading, *clause):
        for indicator in word.indicators:
            yield Proposal(indicator, kind, value, reading.start, reading.end, *clause, place)


BROKEN_FIGURES = frozenset(
    {"crop_affected", "crop_damaged", "crop_lost", "aquaculture_affected", "road_km", "dike_km",
     "power_km", "loss_total", "loss_agri", "loss_industry_commerce", "loss_infrastructure",
     "loss_housing_household"}
)  # fmt: skip
