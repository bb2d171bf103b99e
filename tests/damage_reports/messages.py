"""The labelled messages: how they are written down, and how a reading is held against them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from damage_reports.rules.sentences import proposals
from damage_reports.rules.sentences_figures import Kind, Proposal

DATA = Path(__file__).with_name("data")
MARKS = {"~": Kind.APPROXIMATE, "!": Kind.CORRECTED, "x": Kind.REPLACED}
Figure = tuple[str, str, Kind, str]


@dataclass(frozen=True)
class Message:
    text: str
    figures: Counter[Figure]
    held_out: bool = False


def messages(name: str) -> list[Message]:
    """Read `text<tab>[place:]indicator=figure …`: 5, ~5, !5, x5, none, null, ?, 3..5.

    A third column may say `seen` (the reader was mended by it) or `held_out` (never).
    """
    lines = (DATA / f"messages_{name}.txt").read_text("utf-8").splitlines()
    split = [[*line.split("\t"), "", ""][:3] for line in lines]
    return [
        Message(
            text.replace("⏎", "\n"),
            Counter(_label(each) for each in labels.split()),
            part == "held_out",
        )
        for text, labels, part in split
    ]


def _label(said: str) -> Figure:
    name, _equals, figure = said.partition("=")
    place, _colon, indicator = name.rpartition(":")
    kind = {"none": Kind.NEGATED, "null": Kind.UNKNOWN, "?": Kind.VAGUE}.get(figure)
    if kind is None:
        kind = Kind.RANGE if ".." in figure else MARKS.get(figure[0], Kind.STATED)
    value = {"none": "0", "null": "", "?": ""}.get(figure, figure.lstrip("~!x"))
    return (indicator, value, kind, place)


def read(text: str) -> Counter[Figure]:
    return Counter(_figure(each) for each in proposals(text))


def _figure(found: Proposal) -> Figure:
    value = "" if found.value is None else _plain(found.value)
    if found.kind is Kind.RANGE and found.low is not None and found.high is not None:
        value = f"{_plain(found.low)}..{_plain(found.high)}"
    return (found.indicator, value, found.kind, found.place)


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def scores(found: list[tuple[Counter[Figure], Counter[Figure]]]) -> dict[str, tuple[int, int, int]]:
    """Return by class how many were right, proposed and meant."""
    table: dict[str, tuple[int, int, int]] = {}
    for kind in Kind:
        right = proposed = meant = 0
        for said, labels in found:
            mine = Counter({k: n for k, n in said.items() if k[2] is kind})
            theirs = Counter({k: n for k, n in labels.items() if k[2] is kind})
            right += (mine & theirs).total()
            proposed, meant = proposed + mine.total(), meant + theirs.total()
        table[kind] = (right, proposed, meant)
    return table
