"""Figures proposed from a message in a chat, each with the words it comes from.

Nothing is decided here: a proposal says what was written, whether it was corrected, negated,
approximate, a range or vague, and where it stands; a person takes it or leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from damage_reports.rules import sentences_words as words
from damage_reports.rules.sentences_figures import Kind, Proposal, take
from damage_reports.rules.sentences_numbers import Number, numbers_in, plain_signs

LONGEST = 10_000
SENTENCE = re.compile(r"[^。;;!!??\n]+")
CLAUSE = re.compile(
    r"(?:" + words.BRACKETED + r"|[^,,、。;;!!??\n()()]|(?<=\d),(?=\d{3}(?!\d))|"
    r"(?<=死亡|失踪|失联|受伤|重伤|轻伤|遇难|伤亡|倒塌|受灾|转移)、(?![\d一二两三四五六七八九十几数]))+"
)
PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF5B), 0xFF0E, 0xFF05)}
    | {"\u3000": " "}
)  # fmt: skip
HUNDREDTH, HALF = Decimal("0.01"), Decimal("0.5")
SHORT, NEAR, FAR = 3, 60, 400
FILLER = re.compile(
    r"[今昨当][早晚晨夜天日]|凌晨|\d{1,2}[点时]半?|加起来|合起来|总数|数字|起码|不止|一共|总共|受损|损毁|大致|大概|大约|预计|超过|不足|不到|至少|接近|估计|估算|预估|住户|居民|现在|目前|总计|累计|[个::经现说长猪牛羊鸡鸭鹅兔\s约为有共了达近是报人数口群众面积合计由从在至到不其中也同样]"
)
ALL = re.compile(r"(?:[均都][为是]?|各有?)\s*$")


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

    `corrected`: a sentence before called off what was said; `named` are the places of the
    sentence so far, `shared` those told in turn, `turn` those still to come.
    """

    text: str
    start: int = 0
    end: int = 0
    place: str = ""
    places: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    last: Word | None = None
    upto: int = 0
    corrected: bool = False
    named: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    turn: list[str] = field(default_factory=list)

    def before(self, place: int, start: int, within: int = NEAR) -> str:
        """Return the text that leads to a place, from `start` but not from very far."""
        return self.text[max(start, place - within) : place]


def proposals(message: str) -> list[Proposal]:
    """Return the figures a message proposes, in the order in which they are written.

    Places in a proposal count in `message` as it was given; only its first 10,000
    characters are read.
    """
    reading = Reading(plain_signs(message[:LONGEST].translate(PLAIN)))
    found: list[Proposal] = []
    for sentence in SENTENCE.finditer(reading.text):
        now = words.THIS_TIME.search(sentence[0])
        if words.IGNORED.search(sentence[0]) or (words.LONG_AGO.search(sentence[0]) and not now):
            continue
        reading.start, reading.end = sentence.span()
        reading.last = reading.last if _goes_on(sentence[0]) else None
        reading.named, reading.shared, reading.turn = [], [], []
        before = len(found)
        for clause in CLAUSE.finditer(reading.text, *_of_this_time(sentence)):
            take(found, _of_clause(reading, clause.start(), clause.end()))
        if len(found) == before and words.ANNOUNCED.search(sentence[0]):
            reading.corrected = True
    return found


def _of_this_time(sentence: re.Match[str]) -> tuple[int, int]:
    """Leave out what was said of years ago before what is said of now."""
    then, now = words.LONG_AGO.search(sentence[0]), words.THIS_TIME.search(sentence[0])
    late = now.start() if then and now and then.start() < now.start() else 0
    return sentence.start() + late, sentence.end()


def _goes_on(sentence: str) -> bool:
    return bool(words.CORRECTED.search(sentence) or words.TOTAL.match(sentence))


def _of_clause(reading: Reading, start: int, end: int) -> Iterator[Proposal]:
    _find_place(reading, start, end)
    said = _words(reading.text, start, end)
    if said:
        reading.turn = [*reading.shared]
    used: set[Word] = set()
    for here in _numbers(reading.text, start, end):
        word, proposal = _of_number(reading, here, said, (start, end))
        if word and proposal:
            for place in _places(reading, start, end):
                yield from _for_all(
                    reading, here, replace(proposal, place=place),
                    [each for each in said if each not in used],
                )  # fmt: skip
            used.update(said if ALL.search(reading.before(here.start, start)) else [word])
            reading.upto = here.end
            reading.told.add(proposal.indicator)
        elif words.NOT_DONE.match(reading.text, here.end, end):
            used.update(said)
    unsure = not said and reading.last and words.UNSURE.match(reading.text, start, end)
    for word in [reading.last] if unsure and reading.last else said:
        if word not in used:
            yield from _without_number(reading, word, (start, end), counted=bool(used))
    reading.last = said[-1] if said else reading.last


def _numbers(text: str, start: int, end: int) -> Iterator[Number]:
    """Yield the numbers of a clause; a line's own is none, and (万元) before one is in it."""
    for number in numbers_in(text[start:end]):
        here = replace(number, start=number.start + start, end=number.end + start)
        if words.ORDINAL.match(text, here.start):
            continue
        head = words.HEADED.search(text[max(start, here.start - NEAR) : here.start])
        if head and head[1] and here.low is not None and here.high is not None:
            here = replace(here, low=here.low * words.BIG, high=here.high * words.BIG)
        yield here


def _places(reading: Reading, start: int, end: int) -> list[str]:
    """Return where a figure stands: in each place named, in the next in turn, or in the last."""
    if len(reading.named) > 1 and words.EACH.search(reading.text, start, end):
        return reading.named
    return [reading.turn.pop(0) if reading.turn else reading.place]


def _for_all(
    reading: Reading, number: Number, found: Proposal, said: list[Word]
) -> Iterator[Proposal]:
    """Yield the figure, for every word before it where it is said of all: 死亡、失踪均为0."""
    if ALL.search(reading.before(number.start, found.start)):
        pairs = [pair for word in said for pair in word.figures.items()]
        units = [unit for unit, name in pairs if name == found.indicator]
        for word in said:
            same = [word.figures[unit] for unit in units[:1] if unit in word.figures]
            for indicator in same or word.indicators:
                yield replace(found, indicator=indicator)
    else:
        yield found


def _find_place(reading: Reading, start: int, end: int) -> None:
    clause = reading.text[start:end]
    listed = len(reading.named) > 1 and reading.text[start - 1 : start] == "、"
    if words.JOINT.search(clause) or (listed and words.ALTOGETHER.match(clause)):
        reading.place = ""
        return
    if words.OWN.search(clause) or (len(reading.places) > 1 and words.SUM.search(clause)):
        reading.place = ""
    named = [found[1] for place in words.PLACES for found in place.finditer(clause)]
    fit = [each for each in named if not words.NO_PLACE.search(each)]
    reading.place = fit[0] if fit else reading.place
    reading.places.update(fit[:1])
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
    lead = text[max(start, found.start() - NEAR) : found.start()]
    shed = words.ROOMS in figures and words.SHED_FELL.search(lead)
    trees = figures.get(words.AREA) == "crop_affected" and words.TREES.search(lead)
    return {} if shed or trees else figures


def _of_number(
    reading: Reading, number: Number, said: list[Word], clause: tuple[int, int]
) -> tuple[Word | None, Proposal | None]:
    """Return the figure a number is, with the word that says so."""
    unit, end = _unit(reading.text, number, clause[1])
    if unit == "个" and _somebody(number, clause[1], said or [*filter(None, [reading.last])]):
        unit = "个人"
    half = reading.text[end : end + 1] == "半" and unit is not None
    word = _word_for(reading, number, unit, said, clause)
    if word is None or reading.text[number.end : number.end + 1] in {"%", "‰"}:
        return None, None
    counted, factor = words.UNITS[unit] if unit else _unwritten(word)
    scale_free = _ends(number, factor, half=half)
    proposal = Proposal(
        word.figures[counted], Kind.STATED, scale_free[0], reading.start, reading.end,
        min(number.start, word.start) if word.start >= clause[0] else number.start,
        end + half, reading.place,
    )  # fmt: skip
    return word, _judged(reading, number, proposal, scale_free, clause[0])


def _unwritten(word: Word) -> tuple[str, Decimal]:
    counted = next(iter(word.figures))
    return counted, words.UNITS["元"][1] if counted == words.MONEY else Decimal(1)


def _unit(text: str, number: Number, until: int) -> tuple[str | None, int]:
    """Return the unit written after a number, and where it ends; 个村 and the like are none."""
    after = re.compile(r"\s*").match(text, number.end)
    found = words.UNIT.match(text, after.end() if after else number.end)
    if not found or found.end() > until:
        head = words.HEADED.search(text[max(0, number.start - NEAR) : number.start])
        return (head[2] or None) if head else None, number.end
    person = words.PERSONS.match(text, found.end(), until)
    return ("个人", found.end()) if found[0] == "个" and person else (found[0], found.end())


def _word_for(
    reading: Reading, number: Number, unit: str | None, said: list[Word], clause: tuple[int, int]
) -> Word | None:
    """Return the word a number belongs to: the nearest before it, after it, or carried on."""
    before = [each for each in said if each.end <= number.start]
    counted = words.UNITS[unit][0] if unit else None
    if counted is None:
        return _bare(reading, number, said, clause)
    beyond = reading.text[number.end + len(unit or "") : clause[1]].lstrip()
    if (
        re.match("[村乡镇](?![民干长])", beyond)
        or words.SHEDS.match(beyond)
        or words.OTHERS.match(beyond)
    ):
        return None
    lead = reading.before(number.start, clause[0])
    if counted == words.LENGTH and words.AWAY.search(lead):
        return None
    if _is_part(beyond, lead) or (words.NOBODY.search(lead) and number.low == 1):
        return None
    after = [each for each in said if each.start >= number.end]
    found = words.FOUND_SINCE.match(reading.text, number.end, reading.end)
    gone = words.HURT if found else frozenset()
    fitting = [
        each for each in [*before[::-1], *after] if each.figures.get(counted, "") not in {"", *gone}
    ]
    if fitting:
        between = reading.text[fitting[0].end : number.start]
        if counted == words.HOUSEHOLDS:
            between = reading.before(number.start, clause[0])
        return None if words.OTHERS.search(between) else fitting[0]
    return None if said else _carried(reading, number, counted, clause)


def _is_part(beyond: str, lead: str) -> bool:
    """Say whether a number is a part, an addition or what is still to be done."""
    more = any(each.search(lead) for each in (words.MORE, words.SOME, words.FOUND))
    return more or beyond.startswith("中") or bool(words.NOT_DONE.match(beyond))


def _somebody(number: Number, until: int, said: list[Word]) -> bool:
    """Say whether 个 alone counts people: 死了1个, 伤了3个, 还有1个重伤."""
    hurt = [each for each in said if each.figures.get(words.PEOPLE) in words.HURT]
    return any(
        each.start == number.end + 1 or (each.end <= number.start and until == number.end + 1)
        for each in hurt
    )


def _bare(
    reading: Reading, number: Number, said: list[Word], clause: tuple[int, int]
) -> Word | None:
    """Return the word of a number without a unit: it must stand right beside it."""
    text = reading.text
    before = [each for each in said if each.end <= number.start]
    rest = text[number.end : clause[1]].lstrip()
    beside = next((each for each in said if each.start == number.end), None)
    if beside and beside.figures and text[beside.start] in "死伤":
        return beside
    if rest and not re.match(
        r"而?不是|[\s左上以吧了整之前后修改更调增减]|[^\w]", text[number.end : clause[1]]
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
    word = reading.last
    moved = words.UNIT.match(reading.text, number.end)
    if counted == words.PEOPLE and moved and words.MOVED.match(reading.text, moved.end()):
        return Word(number.end, number.end, {words.PEOPLE: "relocated_cum"})
    if word is None or not word.figures or (counted and counted not in word.figures):
        return None
    since = max(clause[0], min(reading.upto, number.start))
    lead = words.CORRECTED.sub("", reading.before(number.start, since))
    lead = FILLER.sub(
        "", words.FORMER.sub("", words.DENIED.sub("", lead)).replace(reading.place, "")
    )
    after = reading.text[number.end : clause[1]]
    if lead or words.RESCUED.search(after):
        return None
    summed = words.MONEY in word.figures and words.TOTAL.match(reading.text, clause[0])
    return replace(word, figures={words.MONEY: "loss_total"}) if summed else word


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
    whole = found.indicator not in words.BROKEN_FIGURES
    if low is None or (whole and low != low.to_integral_value()):
        return replace(found, kind=Kind.VAGUE, value=None)
    lead = reading.before(number.start, start)
    changed = words.CHANGED.match(reading.text, number.end)
    if words.DENIED.search(lead) or words.FORMER.search(lead) or changed:
        return replace(found, kind=Kind.REPLACED)
    found = replace(found, whole=bool(words.TOTAL.match(lead)))
    if low != high:
        return replace(found, kind=Kind.RANGE, value=None, low=low, high=high)
    said = words.APART.split(reading.before(number.start, reading.start, FAR))[-1]
    instead = words.INSTEAD.match(reading.text, number.end, reading.end)
    again = found.indicator in reading.told and words.IS.search(lead)
    if reading.corrected or words.CORRECTED.search(said) or instead or again:
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
    elif words.NOTHING.search(reading.before(word.start, clause[0])) or words.NOTHING_AFTER.match(
        reading.text, word.end, clause[1]
    ):
        kind = Kind.NEGATED
    if kind is None:
        return
    value = None if kind is Kind.UNKNOWN else Decimal(0)
    for place in _places(reading, *clause):
        for indicator in word.indicators:
            yield Proposal(indicator, kind, value, reading.start, reading.end, *clause, place)
