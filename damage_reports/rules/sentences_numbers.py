"""Numbers as people write them in a chat: 1.2万, 两千三, 三四百, 30-40, 十几, 上百, 三间半.

What is vague is never taken as exact; what lies between two numbers stays both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

ONES = dict(
    zip("零〇一二两俩三仨四五六七八九", (0, 0, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
SHORT = {"廿": "二十", "卅": "三十"}
TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
BIG = 10_000
NEAR = 10
PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
RUN = (
    rf"(?:{PLAIN}|[一二两俩三仨四五六七八九十零〇廿卅])"
    rf"(?:[一二两三四五六七八九十零〇百千万亿]|个(?=亿)|{PLAIN})*"
)
VAGUE = (
    r"成千上万|[百千]把[万亿]?|(?:好几|几|数)(?=[十百千万亿个间户人名头亩])[十百千万亿]*[多余来]?|"
    r"[上近成](?=[十百千万亿])[十百千万亿]*[多余来]?|"
    r"[一二两三四五六七八九]?十几[百千万亿]*|\d*[百千]几十?|(?<![\d一二两三四五六七八九])"
    r"(?:[十百千万][余多来][万亿]?|[百千万](?=[人户间亩]))|若干"
)
BEFORE = re.compile(
    r"(?:约|大概|大致|近|估计|预计|估算|预估|暂估|初估|估摸|至少|起码|不到|不足|超过|逾|超|"
    r"差不多|接近|不止|快)(?:得?有|为|在|是|达到?)?$"
)
AFTER = re.compile(r"[^\d,。;,;\n]{0,3}?(?:左右|上下|以上|以下)")
NUMBER = re.compile(
    rf"(?P<vague>{VAGUE})|"
    rf"(?P<low>{RUN})(?:[人间户亩元名]?\s*[\-~\uff5e—–至到]+\s*(?P<high>{RUN}))?"
    r"(?P<about>[多余来](?P<more>[万亿千]*))?"
)
PAIR = re.compile(r"([一二两三四五六七八九])([一二两三四五六七八九])(?=[十百千万亿]|$)")


ACCOUNTS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万")
BOOKED = re.compile(
    r"[壹贰叁肆伍陆柒捌玖拾佰仟萬零]{2,}|[壹贰叁肆伍陆柒捌玖拾](?=[万人户间亩个元])"
)


@dataclass(frozen=True)
class Number:
    """A number in a text: from `low` to `high`, both None where it is vague."""

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    about: bool = False


def numbers_in(text: str) -> Iterator[Number]:
    """Yield the numbers of a text from left to right; full-width signs were made plain before."""
    for found in NUMBER.finditer(text):
        yield _number(text, found)


def _number(text: str, found: re.Match[str]) -> Number:
    start, end = found.span()
    if found["vague"]:
        return Number(start, end, None, None)
    about = bool(
        found["about"]
        or BEFORE.search(text[max(0, start - NEAR) : start])
        or AFTER.match(text, end)
    )
    low, high = _between(found["low"])
    if found["high"]:
        low, high = _both_ends(found["low"], found["high"])
    times = _times(found["more"] or "")
    return Number(start, end, low * times, high * times, about)


def _both_ends(low: str, high: str) -> tuple[Decimal, Decimal]:
    """Return the ends of 30-40 and of 3-5万, where the first leaves its 万 to the second."""
    first, last = value_of(low), value_of(high)
    shared = re.search(r"[万亿]+$" if re.search("[百千]", low) else r"[百千万亿]+$", high)
    if shared and not re.search("[万亿]", low) and first < last / _times(shared[0]) * 10:
        first *= _times(shared[0])
    return first, last


def _between(run: str) -> tuple[Decimal, Decimal]:
    """Return both ends of 三四百 and 十五六; the same twice for a plain number."""
    pair = PAIR.search(run)
    if pair and ONES[pair[1]] < ONES[pair[2]] and not re.search(r"\d", run):
        head, tail = run[: pair.start()], run[pair.end() :]
        return value_of(head + pair[1] + tail), value_of(head + pair[2] + tail)
    value = value_of(run)
    return value, value


def plain_signs(text: str) -> str:
    """Write the numerals of account books, 壹佰贰拾, as others are; 陆家村 keeps its name."""
    return BOOKED.sub(lambda found: found[0].translate(ACCOUNTS), text)


def value_of(run: str) -> Decimal:
    """Return what a run of digits and number words is worth: 2万3千, 两千三, 1.05万."""
    run = "".join(SHORT.get(sign, sign) for sign in run.replace("个", ""))
    total = section = Decimal(0)
    held: Decimal | None = None
    last, plain = 1, False
    for sign in re.findall(rf"{PLAIN}|.", run):
        if sign in TENS:
            worth = TENS[sign]
            if worth < BIG:
                section += (Decimal(1) if held is None else held) * worth
            else:
                said = section + (held or 0)
                total = total + said * worth if said else (total or Decimal(1)) * worth
                section = Decimal(0)
            held, last, plain = None, worth, False
        elif sign in "零〇" and held is None:
            last, plain = 1, True
        else:
            held, plain = _held(held, sign), plain or len(sign) > 1
    short = last > TENS["十"] and not plain
    return total + section + (held or 0) * (last // 10 if short else 1)


def _held(held: Decimal | None, sign: str) -> Decimal:
    value = Decimal(ONES[sign]) if sign in ONES else Decimal(sign.replace(",", ""))
    return value if held is None else held * 10 + value


def _times(words: str) -> Decimal:
    worth = Decimal(1)
    for word in words:
        worth *= TENS[word]
    return worth
