"""Which word a number in a message belongs to: the nearest before it, after it, or carried on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from damage_reports.rules import sentences_words as words
from damage_reports.rules.sentences_numbers import Number

SHORT, NEAR = 3, 60
FILLER = re.compile(
    r"[还仍]是|[一两二三四五六七八九十\d]+[处段截]|影响|初步|看来?|要|一共|总共|刚[才刚]|[之先]前|塌方|[决缺]口|受损|损毁|大致|大概|大约|预计|超过|不足|不到|至少|接近|估计|估算|预估|住户|居民|今[天晚日]|现在|目前|总计|累计|[::经现说长猪牛羊鸡鸭鹅兔\s约为有共了达近是报长嘛呢啊呀吧哦估摸着的人数口群众面积合计由从在至到不其中也同样]"
)
ALL = re.compile(r"[均都][为是]?\s*$")


@dataclass(frozen=True, eq=False)
class Word:
    """A word of the form in a clause: the figures it may be, by what is counted."""

    start: int
    end: int
    figures: dict[str, str]
    both: bool = False

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return what is meant where no number stands."""
        return words.CASUALTIES if self.both else tuple(self.figures.values())[:1]


@dataclass
class Reading:
    """What the reader carries from clause to clause.

    `told` are the words of the last clause that had any; `corrected`: a sentence before called
    off what was said; `named` are the places of the sentence so far, `shared` those told in turn,
    `turn` those still to come; `used` are the words of the clause that have their number, `loose`
    people of a place of whom nothing is said yet, `heads` the names that lead what is said of
    each place.
    """

    text: str
    start: int = 0
    end: int = 0
    place: str = ""
    told: list[Word] = field(default_factory=list)
    upto: int = 0
    corrected: bool = False
    named: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    turn: list[str] = field(default_factory=list)
    used: set[Word] = field(default_factory=set)
    loose: list[tuple[str, Number]] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)

    def before(self, place: int, start: int, within: int = NEAR) -> str:
        """Return the text that leads to a place, from `start` but not from very far."""
        return self.text[max(start, place - within) : place]


def unwritten(word: Word) -> tuple[str, Decimal]:
    """Return what a number without a unit counts after this word, and in how much of a unit."""
    counted = next(iter(word.figures))
    return counted, words.UNITS["元"][1] if counted == words.MONEY else Decimal(1)


def unit_after(text: str, number: Number, until: int) -> tuple[str | None, int]:
    """Return the unit written after a number, and where it ends; 个村 and the like are none."""
    after = re.compile(r"\s*").match(text, number.end)
    found = words.UNIT.match(text, after.end() if after else number.end)
    if not found or found.end() > until:
        return None, number.end
    person = words.PERSONS.match(text, found.end(), until)
    return ("个人", found.end()) if found[0] == "个" and person else (found[0], found.end())


def word_for(
    reading: Reading, number: Number, unit: str | None, said: list[Word], clause: tuple[int, int]
) -> Word | None:
    """Return the word a number belongs to: the nearest before it, after it, or carried on."""
    if words.PER.search(reading.before(number.start, clause[0])):
        return None
    if unit is None:
        return _bare(reading, number, said, clause)
    counted, end = words.UNITS[unit][0], number.end + len(unit)
    if _counts_nothing(reading, number, counted, end, clause):
        return None
    before = [each for each in said if each.end <= number.start]
    after = [each for each in said if each.start >= number.end]
    if after and after[0].start == end and reading.used.issuperset(before):
        before = []
    fitting = [each for each in [*before[::-1], *after] if counted in each.figures]
    if not fitting:
        return None if said else _carried(reading, number, counted, clause)
    between = reading.text[fitting[0].end : number.start]
    if counted == words.HOUSEHOLDS:
        between = reading.before(number.start, clause[0])
    others = counted in {words.HOUSEHOLDS, words.ROOMS} and words.OTHERS.search(between)
    return None if others else fitting[0]


def _counts_nothing(
    reading: Reading, number: Number, counted: str, end: int, clause: tuple[int, int]
) -> bool:
    """Say whether a number is none of a figure: of sheds, of what is still to be done, a part."""
    lead, beyond = reading.before(number.start, clause[0]), reading.text[end : clause[1]].lstrip()
    after = (words.VILLAGES, words.SHEDS, words.OTHERS, words.NOT_DONE, words.AMONG)
    before = (words.MORE, words.SOME, words.FOUND)
    nobody = words.NOBODY.search(lead) or words.NOT_ONE.match(reading.text, number.end)
    return bool(
        any(each.match(beyond) for each in after)
        or any(each.search(lead) for each in before)
        or (counted == words.LENGTH and words.AWAY.search(lead))
        or (nobody and number.low == 1)
    )


def somebody(text: str, number: Number, until: int, said: list[Word]) -> bool:
    """Say whether 个 alone counts people: 死了1个, 分散的512个, 还有1个重伤."""
    hurt = [each for each in said if each.figures.get(words.PEOPLE) in words.HURT]
    counted = [each for each in said if words.PEOPLE in each.figures]
    if (
        until == number.end + 1
        and counted
        and all(words.SITES not in each.figures for each in said)
    ):
        between = text[counted[-1].end : number.start]
        return counted[-1].end <= number.start and not words.NO_PERSONS.search(between)
    return any(each.start == number.end + 1 for each in hurt)


def _bare(
    reading: Reading, number: Number, said: list[Word], clause: tuple[int, int]
) -> Word | None:
    """Return the word of a number without a unit: it must stand right beside it."""
    text = reading.text
    before = [each for each in said if each.end <= number.start]
    rest = text[number.end : clause[1]].lstrip()
    beside = next((each for each in said if each.start == number.end), None)
    told = before[-1] if before and before[-1] not in reading.used else None
    led = told and told.end == number.start and told.figures
    if beside and beside.figures and text[beside.start] in "死伤亡" and not led:
        return beside
    if (
        rest
        and not (beside and led)
        and not re.match(
            r"而?不是|[\s左上以吧了整之前后修改变更调增减偏]|[^\w]", text[number.end : clause[1]]
        )
    ):
        return None
    if before:
        word = before[-1]
        lead = text[max(word.end, min(reading.upto, number.start)) : number.start]
        gap = FILLER.sub("", words.CORRECTED.sub("", ALL.sub("", lead)))
        return word if word.figures and len(gap) < SHORT else None
    return _carried(reading, number, None, clause)


def _carried(
    reading: Reading, number: Number, counted: str | None, clause: tuple[int, int]
) -> Word | None:
    """Return the word of the clause before, where this one has nothing but the number."""
    fitting = [each for each in reading.told if counted is None or counted in each.figures]
    word = fitting[-1] if fitting else None
    if word is None or not word.figures:
        return None
    lead = reading.before(number.start, max(clause[0], min(reading.upto, number.start)))
    lead = words.CORRECTED.sub("", lead)
    lead = FILLER.sub(
        "", words.FORMER.sub("", words.DENIED.sub("", lead)).replace(reading.place, "")
    )
    after = reading.text[number.end : clause[1]]
    if (
        lead
        or words.OF_THEM.search(reading.before(number.start, clause[0]))
        or words.RESCUED.search(after)
    ):
        return None
    summed = counted == words.MONEY and words.TOTAL.match(reading.text, clause[0])
    return replace(word, figures={words.MONEY: "loss_total"}) if summed else word
