"""A report as digits: read out over radio or satellite phone, or sent as one text message.

In order: disaster (3), county and township (5), round (2), minute of the figures (4), then the
figures of relief_ops/data/report_code.json as one number. Noughts before that number fill up
to whole groups of five; the last two digits are ISO 7064 MOD 97-10 over everything before them.

A figure has a shape: not yet known (尚未掌握), nought, one to seven digits whole, one to eight
digits broken in the indicator's smallest unit, or anything longer. The list gives each shape a
weight, in hundredths: what is usual (nobody dead) takes next to no digits, what is rare takes
more. From the last figure to the first, the number is multiplied by how many figures the shape
has and takes in which of them it is; then it takes in the shape, which owns as many of every
hundred numbers as its weight says.

The last of every ten digits, two groups, is a check digit by Damm's quasigroup, begun at the
ten's own number: a wrong digit shows in its two groups. Every swap of neighbours and every
twin (11 for 22) changes what the whole checks, and shows there at the latest.
The browser has the same in static/js/reports/spoken.js.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from damage_reports.rules.numbers import scaled, unscaled

GROUP, BLOCK = 5, 10
SHORTEST, LONGEST = 20, 250
EDITION = "2"  # said nowhere, but checked: another list of figures or shapes gets another
FORMER = "1"
MINUTES = 10_000  # nearly seven days: a report is read out within them
HALF_ROUND = timedelta(minutes=MINUTES // 2)
HEADER, CHECK = 14, 2
WHOLE, BROKEN, HUNDRED = 7, 8, 100
LARGEST = 10**18  # in the smallest unit; the form takes less
SPOKEN = dict(zip("0123456789", "洞幺两三四五六拐八勾", strict=True))

WORDS = {word: digit for digit, word in SPOKEN.items()} | dict(
    zip("零〇○一腰妖二俩七九钩", "00011122799", strict=True)
)
BETWEEN = re.compile(r"[\s\-‐-―.,;:/|、。·,;:()()]+")
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
NEXT = [dict(zip("0123456789", map(int, row), strict=True)) for row in DAMM]

Figures = Mapping[str, Decimal | None]


class CodeError(ValueError):
    """Digits that are no report.

    `kind`: letters, too_short, too_long, edition, length, group, whole or content; `groups`
    counts the wrong ones from 1, `sign` is what is no digit.
    """

    def __init__(self, kind: str, *, groups: tuple[int, ...] = (), sign: str = "") -> None:
        super().__init__(kind)
        self.kind, self.groups, self.sign = kind, groups, sign


@dataclass(frozen=True)
class Core:
    """What the digits say.

    `disaster` and `round` are short numbers, `area` the county's and township's part of the
    division code, `minute` as `minute_of` gives it; a figure that is None is not yet known.
    """

    disaster: int
    area: str
    round: int
    minute: int
    values: Figures


@dataclass(frozen=True)
class Shape:
    """Figures that are told alike: `size` of them from `low` on, counted in `unit`.

    One that is not yet known has no unit. `before` and `weight` are its hundredths.
    """

    low: int
    size: int
    unit: int
    before: int
    weight: int

    def holds(self, stored: int | None) -> bool:
        """Whether a figure, in its smallest unit, is told by this shape."""
        if stored is None or not self.unit:
            return stored is None and not self.unit
        count, rest = divmod(stored, self.unit)
        return not rest and self.low <= count < self.low + self.size


@cache
def listed() -> list[dict[str, Any]]:
    """Return the list of core figures as the browser gets it."""
    text = (files("relief_ops") / "data" / "report_code.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


@cache
def figures() -> tuple[tuple[str, int], ...]:
    """Return the core figures in the order they are listed, with their decimals."""
    return tuple((each["code"], each["scale"]) for each in listed())


def encode(core: Core) -> str:
    """Return the digits of a report, without spaces.

    Raises ValueError for a header out of range or a figure with too many decimals.
    """
    header, told = _header(core), str(_number(core.values))
    size = GROUP
    while _room(size) < len(told):
        size += GROUP
    payload = header + told.zfill(_room(size))
    payload += f"{98 - int(EDITION + payload) * 100 % 97:02d}"
    return "".join(
        nine + _check_digit(number, nine)
        for number, nine in enumerate(_cut(payload, BLOCK - 1), start=1)
    )


def decode(text: str) -> Core:
    """Return what was read out. Raises CodeError naming the groups that are wrong."""
    digits = digits_in(text)
    payload = _checked(digits)
    values = _figures_read(int(payload[HEADER:-CHECK]))
    core = Core(int(payload[:3]), payload[3:8], int(payload[8:10]), int(payload[10:HEADER]), values)
    if encode(core) != digits:
        raise CodeError("content")
    return core


def digits_in(text: str) -> str:
    """Return the digits typed: 洞幺两 and full-width ones too. Raises CodeError for letters."""
    found = BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(WORDS.get(sign, sign) for sign in found)
    strange = next((sign for sign in digits if sign not in SPOKEN), None)
    if strange:
        raise CodeError("letters", sign=strange)
    return digits


def groups_of(digits: str) -> list[str]:
    """Return the digits in the groups in which they are said."""
    return list(_cut(digits, GROUP))


def aloud(digits: str) -> str:
    """Return digits as they are said over the air: 洞幺两三四五六拐八勾."""
    return "".join(SPOKEN[digit] for digit in digits)


def wrong_groups(groups: list[str]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the groups that share a check digit which does not fit."""
    return tuple(
        number
        for block, ten in enumerate(_cut("".join(groups), BLOCK), start=1)
        if len(ten) % GROUP or _check_digit(block, ten) != "0"
        for number in range(2 * block - 1, 2 * block - 1 + -(-len(ten) // GROUP))
    )


def is_former(digits: str) -> bool:
    """Whether these are digits of the edition before, which had a check digit in every group."""
    groups = groups_of(digits)
    return (
        len(digits) >= SHORTEST
        and len(digits) % GROUP == 0
        and all(_check_digit(number, each) == "0" for number, each in enumerate(groups, start=1))
        and int(FORMER + "".join(each[:-1] for each in groups)) % 97 == 1
    )


def same_figures(ours: Figures, theirs: Figures) -> bool:
    """Whether two reports agree in every core figure; absent and unknown are the same."""
    return all(ours.get(code) == theirs.get(code) for code, _scale in figures())


def minute_of(local: datetime) -> int:
    """Return the minute on the local clock, counted round every 10,000."""
    days = local.toordinal() - date(1970, 1, 1).toordinal()
    return (days * 1440 + local.hour * 60 + local.minute) % MINUTES


def moment_of(minute: int, *, until: datetime) -> datetime:
    """Return the last local moment with this minute that is not after `until`."""
    whole = until.replace(second=0, microsecond=0)
    return whole - timedelta(minutes=(minute_of(until) - minute) % MINUTES)


def _header(core: Core) -> str:
    said = f"{core.disaster:03d}{core.area}{core.round:02d}{core.minute:04d}"
    if len(said) != HEADER or not said.isdecimal():
        raise ValueError("header")
    return said


def _room(size: int) -> int:
    """Return how many digits the figures have in a report of `size` digits."""
    return size - -(-size // BLOCK) - HEADER - CHECK


@cache
def _shapes(place: int) -> tuple[Shape, ...]:
    """Return the shapes of the figure at a place of the list; the last holds all others."""
    scale, weights = listed()[place]["scale"], listed()[place]["weights"]
    unit = 10**scale
    told = [(0, 1, 0), (0, 1, unit), *((10**n, 9 * 10**n, unit) for n in range(WHOLE))]
    told += [(10**n, 9 * 10**n, 1) for n in range(BROKEN)] if scale else []
    told.append((0, LARGEST, 1))
    return tuple(
        Shape(*each, before=sum(weights[:number]), weight=weights[number])
        for number, each in enumerate(told)
    )


def _number(values: Figures) -> int:
    """Return the figures as one number, the first at its end."""
    number = 0
    for place, (code, scale) in reversed([*enumerate(figures())]):
        value = values.get(code)
        stored = None if value is None else scaled(value, scale=scale)
        shape = next((each for each in _shapes(place) if each.holds(stored)), None)
        if shape is None:
            raise ValueError("figure")
        if stored is not None:
            number = number * shape.size + stored // shape.unit - shape.low
        turns, rest = divmod(number, shape.weight)
        number = turns * HUNDRED + shape.before + rest
    return number


def _figures_read(number: int) -> dict[str, Decimal | None]:
    """Return the figures of a number. Raises CodeError if something of it is left."""
    found: dict[str, Decimal | None] = {}
    for place, (code, scale) in enumerate(figures()):
        turns, rest = divmod(number, HUNDRED)
        shape = next(each for each in _shapes(place) if rest < each.before + each.weight)
        number, count = divmod(turns * shape.weight + rest - shape.before, shape.size)
        whole, part = divmod((shape.low + count) * shape.unit, 10**scale)
        told = Decimal(whole) + unscaled(part, scale=scale) if part else Decimal(whole)
        found[code] = told if shape.unit else None
    if number:
        raise CodeError("content")
    return found


def _checked(digits: str) -> str:
    """Return the digits without the check digits. Raises CodeError where these do not fit."""
    told = len(digits)
    if told < SHORTEST:
        raise CodeError("too_short")
    if told > LONGEST:
        raise CodeError("too_long")
    wrong = wrong_groups(groups_of(digits))
    payload = "".join(ten[:-1] for ten in _cut(digits, BLOCK))
    if not wrong and int(EDITION + payload) % 97 == 1:
        return payload
    if is_former(digits):
        raise CodeError("edition")
    if told % GROUP:
        raise CodeError("length", groups=wrong[:1])
    raise CodeError("group", groups=wrong) if wrong else CodeError("whole")


def _check_digit(number: int, digits: str) -> str:
    state = number % 10
    for digit in digits:
        state = NEXT[state][digit]
    return str(state)


def _cut(digits: str, size: int) -> Iterator[str]:
    return (digits[start : start + size] for start in range(0, len(digits), size))
