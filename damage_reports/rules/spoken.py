"""A report as digits: read out over radio or satellite phone, or sent as one text message.

In order: disaster (3), county and township (5), round (2), minute of the figures (5), then the
figures of relief_ops/data/report_code.json. A figure is one digit that says what follows: `0`
is nought, `9` not yet known (尚未掌握), `1` to `7` how many digits of a whole number, `8` a
longer or broken one in the indicator's smallest unit, whose length is the next digit, or after
a `0` the next two. Noughts fill up to whole groups; the last two digits are ISO 7064 MOD 97-10
over everything before them.

Each group is four digits and a check digit by Damm's quasigroup, begun at the group's own
number. So every wrong digit, every swap of neighbours and every swap of neighbouring groups
shows in a group, and twins (11 for 22) show in the whole, whatever the groups say.
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

from damage_reports.rules.numbers import scaled, unscaled

GROUP = 5
SHORTEST, LONGEST = 35, 250
EDITION = "1"  # said nowhere, but checked: another list of figures gets another
MINUTES = 100_000  # 69 days: a report is read out within them
HALF_ROUND = timedelta(minutes=MINUTES // 2)
WHOLE, BROKEN, UNKNOWN = 7, "8", "9"
SPOKEN = dict(zip("0123456789", "洞幺两三四五六拐八勾", strict=True))

WORDS = {word: digit for digit, word in SPOKEN.items()} | dict(
    zip("零〇○一腰妖二俩七九钩", "00011122799", strict=True)
)
BETWEEN = re.compile(r"[\s\-‐-―.,;:/|、。·,;:()()]+")
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

Figures = Mapping[str, Decimal | None]


class CodeError(ValueError):
    """Digits that are no report.

    `kind`: letters, too_short, too_long, length, group, whole or content; `groups` counts the
    wrong ones from 1, `sign` is what is no digit.
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


@cache
def figures() -> tuple[tuple[str, int], ...]:
    """Return the core figures in the order they are said, with their decimals."""
    text = (files("relief_ops") / "data" / "report_code.json").read_text("utf-8")
    return tuple((each["code"], each["scale"]) for each in json.loads(text))


def encode(core: Core) -> str:
    """Return the digits of a report, without spaces.

    Raises ValueError for a header out of range or a figure with too many decimals.
    """
    payload = _header(core) + "".join(
        _figure_said(core.values.get(code), scale) for code, scale in figures()
    )
    payload += "0" * (-(len(payload) + 2) % (GROUP - 1))
    payload += f"{98 - int(EDITION + payload) * 100 % 97:02d}"
    return "".join(
        four + _check_digit(number, four)
        for number, four in enumerate(_cut(payload, GROUP - 1), start=1)
    )


def decode(text: str) -> Core:
    """Return what was read out. Raises CodeError naming the groups that are wrong."""
    groups = groups_of(digits_in(text))
    _check(groups)
    payload = "".join(group[:-1] for group in groups)
    if int(EDITION + payload) % 97 != 1:
        raise CodeError("whole")
    values, rest = _figures_read(payload[15:-2])
    if rest.strip("0") or len(rest) >= GROUP - 1:
        raise CodeError("content")
    return Core(
        int(payload[:3]), payload[3:8], int(payload[8:10]), int(payload[10:15]), dict(values)
    )


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
    """Return the numbers, from 1, of the groups whose check digit does not fit."""
    return tuple(
        number
        for number, group in enumerate(groups, start=1)
        if len(group) != GROUP or _check_digit(number, group) != "0"
    )


def same_figures(ours: Figures, theirs: Figures) -> bool:
    """Whether two reports agree in every core figure; absent and unknown are the same."""
    return all(ours.get(code) == theirs.get(code) for code, _scale in figures())


def minute_of(local: datetime) -> int:
    """Return the minute on the local clock, counted round every 69 days."""
    days = local.toordinal() - date(1970, 1, 1).toordinal()
    return (days * 1440 + local.hour * 60 + local.minute) % MINUTES


def moment_of(minute: int, *, until: datetime) -> datetime:
    """Return the last local moment with this minute that is not after `until`."""
    whole = until.replace(second=0, microsecond=0)
    return whole - timedelta(minutes=(minute_of(until) - minute) % MINUTES)


def _header(core: Core) -> str:
    said = f"{core.disaster:03d}{core.area}{core.round:02d}{core.minute:05d}"
    if len(said) != 15 or not said.isdecimal():
        raise ValueError("header")
    return said


def _figure_said(value: Decimal | int | None, scale: int) -> str:
    if value is None:
        return UNKNOWN
    stored = scaled(value, scale=scale)
    if stored == 0:
        return "0"
    whole, part = divmod(stored, 10**scale)
    if part == 0 and len(str(whole)) <= WHOLE:
        return f"{len(str(whole))}{whole}"
    length = len(str(stored))
    return f"{BROKEN}{length if length < 10 else f'0{length}'}{stored}"


def _figures_read(payload: str) -> tuple[list[tuple[str, Decimal | None]], str]:
    found = []
    for code, scale in figures():
        value, said = _figure_read(payload, scale)
        if not payload.startswith(said) or _figure_said(value, scale) != said:
            raise CodeError("content")
        found.append((code, value))
        payload = payload[len(said) :]
    return found, payload


def _figure_read(payload: str, scale: int) -> tuple[Decimal | None, str]:
    """Return the figure the payload begins with, and the digits it took."""
    first = payload[:1]
    if first in {"0", UNKNOWN}:
        return (None if first == UNKNOWN else Decimal(0)), first
    start, length = 1, first
    if first == BROKEN:
        start, length = (4, payload[2:4]) if payload[1:2] == "0" else (2, payload[1:2])
    digits = payload[start : start + int(length or 0)]
    if not digits:
        raise CodeError("content")
    value = unscaled(int(digits), scale=scale) if first == BROKEN else Decimal(int(digits))
    return value, payload[: start + int(length)]


def _check(groups: list[str]) -> None:
    told = sum(len(group) for group in groups)
    if told < SHORTEST:
        raise CodeError("too_short")
    if told > LONGEST:
        raise CodeError("too_long")
    wrong = wrong_groups(groups)
    if told % GROUP:
        raise CodeError("length", groups=wrong[:1])
    if wrong:
        raise CodeError("group", groups=wrong)


def _check_digit(number: int, digits: str) -> str:
    state = number % 10
    for digit in digits:
        state = int(DAMM[state][int(digit)])
    return str(state)


def _cut(digits: str, size: int) -> Iterator[str]:
    return (digits[start : start + size] for start in range(0, len(digits), size))
