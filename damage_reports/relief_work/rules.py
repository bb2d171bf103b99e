"""Decisions about the relief-work form: its figures, what they were proposed from, which count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from damage_reports.rules import WORK, Nature, explain_figure, parse_value
from relief_ops.i18n import gettext as _

GRAVEST, MILDEST = 1, 4
MINUTE = 60
FIRST, LAST = 1900, 2999  # years anybody keeps
Values = Mapping[str, Decimal | None]


def edition(form_version: str) -> str:
    """Return the edition of the relief-work form that goes with one of the damage form."""
    return WORK + form_version


def parse(given: object, *, nature: str, scale: int) -> Decimal | None:
    """Return a figure as it is kept; None where it is not yet known.

    An instant is text with its zone and becomes whole seconds of its minute, a level is 1 to 4.
    Raises ValueError with a short code for anything else.
    """
    if nature == Nature.INSTANT and isinstance(given, str) and given.strip():
        return _instant(given.strip())
    value = parse_value(given, scale=scale)
    if nature == Nature.INSTANT and value is not None:
        raise ValueError("instant")
    if nature == Nature.LEVEL and value is not None and not GRAVEST <= value <= MILDEST:
        raise ValueError("level")
    return value


def _instant(text: str) -> Decimal:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("instant") from None
    if moment.tzinfo is None or not FIRST <= moment.year <= LAST:
        raise ValueError("instant")
    return seconds(moment)


def seconds(moment: datetime) -> Decimal:
    """Return an instant as it is kept: the whole seconds since 1970 of its minute."""
    return Decimal(int(moment.timestamp()) // MINUTE * MINUTE)


def explain(code: str) -> str:
    """Say what is wrong with a figure, and what to do."""
    return {
        "level": _("A level is 1 to 4; 1 is the gravest."),
        "instant": _("This is no date with a time."),
        "either": _("Take what is proposed, or write another figure: not both."),
        "changed_meanwhile": _("What is proposed here changed meanwhile. Look again."),
        "parts": _("The parts do not make up this total."),
    }.get(code) or explain_figure(code)


def sources(made_of: str) -> dict[str, list[str]]:
    """Return source → the figures that add up to a field, as its data name them."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in made_of.split():
        source, _slash, figure = word.partition("/")
        found[source].append(figure)
    return dict(found)


@dataclass(frozen=True)
class Proposal:
    """What one source knows of a figure, and as of when."""

    source: str
    value: Decimal
    as_of: datetime


class Choice(StrEnum):
    """What a person did with what was proposed: took it, wrote another figure, or neither."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT = "left"


def choice(value: Decimal | None, proposed: Collection[Proposal]) -> Choice | None:
    """Return what became of the proposals of a figure; None where there were none."""
    if not proposed:
        return None
    if value is None:
        return Choice.LEFT
    return Choice.TAKEN if any(each.value == value for each in proposed) else Choice.CHANGED


def choices(values: Values, proposed: Mapping[str, Collection[Proposal]]) -> dict[str, Choice]:
    """Return by figure what became of its proposals."""
    made = {code: choice(values.get(code), found) for code, found in proposed.items()}
    return {code: each for code, each in made.items() if each is not None}


def contradictions(values: Values, part_of: Mapping[str, str]) -> list[str]:
    """Return the totals whose parts are more than they, or all known and not the same."""
    parts: dict[str, list[Decimal | None]] = defaultdict(list)
    for code, whole in part_of.items():
        if whole:
            parts[whole].append(values.get(code))
    wrong = []
    for whole, given in parts.items():
        total, known = values.get(whole), [each for each in given if each is not None]
        if total is None:
            continue
        summed = sum(known, Decimal(0))
        if summed > total or (len(known) == len(given) and summed != total):
            wrong.append(whole)
    return wrong


@dataclass(frozen=True)
class Filed:
    """One revision of a county's form: of which round, as of when, received when."""

    id: UUID
    area_id: UUID
    round: str
    as_of: datetime
    received_at: datetime
    revision: int


def counted(
    forms: Iterable[Filed], *, at: datetime | None = None, known_at: datetime | None = None
) -> dict[UUID, Filed]:
    """Return area → the form that counts: the last revision of the round with the latest figures.

    A correction counts from where its round did, however late its own time is (decision 0057).
    `at` leaves out rounds of later, `known_at` what was received later.
    """
    standing: dict[tuple[UUID, str], Filed] = {}
    since: dict[tuple[UUID, str], datetime] = {}
    for each in sorted(forms, key=lambda form: form.revision):
        if known_at is None or each.received_at <= known_at:
            key = each.area_id, each.round
            standing[key] = each
            since[key] = min(each.as_of, since.get(key, each.as_of))
    latest: dict[UUID, Filed] = {}
    for key in sorted(standing, key=lambda key: (since[key], standing[key].received_at)):
        if at is None or since[key] <= at:
            latest[key[0]] = standing[key]
    return latest
