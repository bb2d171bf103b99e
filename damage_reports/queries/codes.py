"""Reports as digits: what the short numbers stand for here, and which report some digits are.

Disasters are numbered in the order the log opened them, rounds in the order it opened those of
their disaster: a number never changes and is never another's, real or drill, until a thousand
disasters or ninety-nine rounds later, and then the one that is open, or the latest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import Report
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.reports import current_on_grain, values_of
from damage_reports.queries.rounds import Round, rounds
from damage_reports.rules import CodeError, Core, RoundKind, slot_of, spoken
from relief_ops import clock
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events.models import EventRow
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _

DISASTERS, ROUNDS = 1000, 99
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """A report somebody read out, understood: `standing` is what the round has already."""

    digits: str
    values: Mapping[str, Decimal | None]
    disaster: Disaster
    area: AreaNode
    round: str
    title: str
    kind: RoundKind
    as_of: datetime
    standing: Report | None
    known: bool

    @property
    def report_id(self) -> UUID:
        """Return the id it is filed under: the same digits are the same report, at any desk."""
        return uuid5(NAMESPACE_URL, f"report-code:{self.disaster.id}:{self.digits}")

    @property
    def digest(self) -> str:
        """Return the hash of what was said, whoever types it in."""
        return hashlib.sha256(self.digits.encode()).hexdigest()


def digits_of(
    session: Session, disaster: Disaster, area: AreaNode, *, round_: str, as_of: datetime,
    values: Mapping[str, Decimal | None],
) -> str | None:  # fmt: skip
    """Return a report as digits; None where its place or round has no number."""
    numbers = numbers_for(session, disaster, area)
    local = clock.local(as_of)
    number = numbers["rounds"].get(round_, 0 if round_ == slot_of(local) else None)
    if numbers["area"] is None or number is None:
        return None
    minute = spoken.minute_of(local)
    return spoken.encode(Core(numbers["disaster"], numbers["area"], number, minute, values))


def numbers_for(session: Session, disaster: Disaster, area: AreaNode) -> dict[str, Any]:
    """Return the short numbers of a disaster, an area (None: it has none) and its rounds."""
    tree = disasters.division_tree(session, disaster)
    mine = _townships(tree, disaster)
    part = next((part for part, found in mine.items() if found == [area]), None)
    opened = rounds(session, disaster)
    ordered = _ordinals(session, "round.opened", {each.id for each in opened})
    return {
        "disaster": _ordinals(session, "disaster.opened")[disaster.id] % DISASTERS,
        "area": part,
        "rounds": {each.code: _round_number(ordered, each) for each in opened},
        "figures": spoken.listed(),
    }


def _round_number(ordered: Mapping[UUID, int], found: Round) -> int:
    """Return the number of a round: in the order of the log; by its day, from above, if in none."""
    if found.id in ordered:
        return (ordered[found.id] - 1) % ROUNDS + 1
    return ROUNDS - clock.local_date(found.as_of).toordinal() % (ROUNDS // 2)


def _ordinals(session: Session, event: str, among: Iterable[UUID] | None = None) -> dict[UUID, int]:
    """Return what an event opened, numbered from 1 in the order of the log."""
    first = func.min(EventRow.seq)
    statement = select(EventRow.subject).where(EventRow.name == event)
    if among is not None:
        statement = statement.where(EventRow.subject.in_(among))
    rows = session.scalars(statement.group_by(EventRow.subject).order_by(first))
    return {subject: number for number, subject in enumerate(rows, start=1)}


def _townships(tree: AreaTree, disaster: Disaster) -> dict[str, list[AreaNode]]:
    """Return the townships of the disaster's city by the five digits they are told with."""
    root = tree.root_of(disaster.area_id)
    found = tree.at_level(Level.TOWNSHIP, root.id)
    start = 4 if all(each.code.startswith(root.code[:4]) for each in found) else 2
    parts: dict[str, list[AreaNode]] = {}
    for each in found:
        parts.setdefault(each.code[start : start + 5], []).append(each)
    return parts


def read_code(session: Session, text: str) -> Told:
    """Return the report that was read out. Raises Invalid saying which group is wrong, or what.

    Whether the reader may file it is not asked here.
    """
    try:
        core = spoken.decode(text)
    except CodeError as error:
        raise Invalid(_("These digits are no report yet."), _explained(error)) from None
    disaster = _disaster(session, core.disaster)
    area = _area(session, core, disaster)
    opened = _round(session, core, disaster)
    as_of = _as_of(core.minute, opened, now=disasters.now_of(session, disaster))
    code = opened.code if opened else slot_of(clock.local(as_of))
    standing = current_on_grain(session, disaster_id=disaster.id, area_id=area.id, round_=code)
    return Told(
        digits=spoken.digits_in(text), values=core.values, disaster=disaster, area=area,
        round=code, title=opened.title if opened else code,
        kind=opened.kind if opened else RoundKind.UPDATE, as_of=as_of, standing=standing,
        known=is_known(session, standing, core.values, form_of(session, disaster.form_version)),
    )  # fmt: skip


def is_known(
    session: Session, standing: Report | None, values: Mapping[str, Decimal | None],
    form: Mapping[str, Field],
) -> bool:  # fmt: skip
    """Whether the report that stands says the same in every core figure."""
    return standing is not None and spoken.same_figures(
        values_of(session, standing.id, form), values
    )


def came_by_code(report: Report | None) -> bool:
    """Whether a report was read out as digits."""
    return bool(report and report.entered_for and report.entered_for.get("code"))


def _disaster(session: Session, number: int) -> Disaster:
    ordered = _ordinals(session, "disaster.opened")
    named = {key for key, each in ordered.items() if each % DISASTERS == number}
    mine = [each for each in disasters.disasters(session) if each.id in named]
    running = [each for each in mine if each.state != "closed" and not _over(session, each)]
    if len(running) == 1:
        return running[0]
    raise _refused(
        "disaster",
        _("Disaster number %(number)d of these digits is closed.", number=number)
        if mine
        else _("These digits are of disaster number %(number)d, which is none of yours.",
               number=number),
    )  # fmt: skip


def _over(session: Session, found: Disaster) -> bool:
    drill = disasters.drill_of(session, found)
    return drill is not None and drill.ended_at is not None


def _area(session: Session, core: Core, disaster: Disaster) -> AreaNode:
    tree = disasters.division_tree(session, disaster)
    found = _townships(tree, disaster).get(core.area, [])
    if len(found) == 1:
        return found[0]
    raise _refused("area", _("There is no township with the digits %(code)s.", code=core.area))


def _as_of(minute: int, opened: Round | None, *, now: datetime) -> datetime:
    """Return the moment of the figures: the nearest to the round's own, or the last there was."""
    until = min(now, opened.as_of + spoken.HALF_ROUND) if opened else now
    return spoken.moment_of(minute, until=clock.local(until + AHEAD)).astimezone(UTC)


def _round(session: Session, core: Core, disaster: Disaster) -> Round | None:
    if core.round == 0:
        return None
    opened = rounds(session, disaster)
    ordered = _ordinals(session, "round.opened", {each.id for each in opened})
    named = [each for each in opened if _round_number(ordered, each) == core.round]
    if named:
        return max(named, key=lambda each: (each.opened_at, ordered.get(each.id, 0)))
    raise _refused("round", _("This disaster has no round number %(number)d.", number=core.round))


def _refused(kind: str, words: str) -> Invalid:
    return Invalid(words, [FieldError("digits", kind, words)])


def _explained(error: CodeError) -> list[FieldError]:
    if error.kind == "group":
        return [FieldError("digits", "group", _group_words(pair)) for pair in _pairs(error.groups)]
    words = {
        "letters": _("“%(sign)s” is no digit. Only digits and 洞幺两三四五六拐八勾 are read.",
                     sign=error.sign),
        "too_short": _("This is too short: some groups are still missing."),
        "too_long": _("This is too long for one report: is it two?"),
        "length": _("A digit is missing or one too many, in group %(number)d or after it.",
                    number=next(iter(error.groups), 1)),
        "edition": _("These digits were made by an older edition of this page, which is no longer "
                     "read: have the page loaded anew, or the figures said one by one."),
        "whole": _("Every group fits, but not together: have all groups said again."),
    }  # fmt: skip
    other = _("The digits fit together but are no report: have all groups said again.")
    return [FieldError("digits", error.kind, words.get(error.kind, other))]


def _pairs(groups: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    """Yield the groups that share a check digit."""
    for first in range(1, max(groups) + 1, 2):
        pair = tuple(each for each in groups if each in {first, first + 1})
        if pair:
            yield pair


def _group_words(pair: tuple[int, ...]) -> str:
    if len(pair) == 1:
        return _("Group %(number)d is wrong: have it said again.", number=pair[0])
    return _("A digit is wrong in group %(first)d or %(second)d: have both said again.",
             first=pair[0], second=pair[1])  # fmt: skip


def shown_code(told: Told) -> dict[str, Any]:
    """Return what was understood as the API shows it."""
    return {
        "digits": told.digits,
        "groups": said_groups(told.digits),
        "report_id": told.report_id,
        "disaster_id": told.disaster.id,
        "disaster": told.disaster.name,
        "drill": told.disaster.drill_id is not None,
        "area_code": told.area.code,
        "area": told.area.name,
        "round": told.round,
        "kind": told.kind,
        "as_of": told.as_of,
        "values": told.values,
        "standing": told.standing.id if told.standing else None,
        "known": told.known,
    }


def said_groups(digits: str) -> list[dict[str, str]]:
    """Return the groups of digits with the words they are said in."""
    return [{"digits": each, "aloud": spoken.aloud(each)} for each in spoken.groups_of(digits)]
