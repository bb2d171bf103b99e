"""Two hundred planted mismatches of known kinds: all found, and no false alarm on clean data.

Each one is planted in a city whose rosters and figures agree. What is expected comes from the
planting alone; the counting in plain Python (`rules.count`) and in SQL must both see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import uuid6

from damage_reports.rosters import rules
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.queries import counting
from damage_reports.rosters.rules import INDICATORS, Roster, State
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from relief_ops.plugins import ReportAsked
from tests.conftest import MORNING
from tests.factories.city import TOWNSHIP, VILLAGE

pytestmark = pytest.mark.sqlite_first

SEED, MISMATCHES, CLEAN = 20131006, 200, 200
AT = datetime(2013, 10, 7, 8, tzinfo=UTC)
CODES = [code for codes in INDICATORS.values() for code in codes]
ROOMS = rules.rows.ROOMS


@dataclass
class Place:
    """A township's rows and the figures it reports."""

    rows: dict[Roster, list[dict[str, Any]]]
    figures: dict[str, Decimal] = field(default_factory=dict)

    def counted(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for roster, rows in self.rows.items():
            found |= rules.count(roster, rows, at=AT)
        return found

    def differing(self) -> set[str]:
        return {each.indicator for each in rules.lines(self.figures, self.counted())
                if each.state is not State.EQUAL}  # fmt: skip


def casualty(random: Random) -> dict[str, Any]:
    status = random.choice(["dead", "missing"])
    outcomes = [None, "found_alive", "confirmed_dead", "declared_dead"]
    return {"status": status, "outcome": random.choice(outcomes) if status == "missing" else None}


def house(random: Random) -> dict[str, Any]:
    rooms = {f"{grade}_rooms": random.choice([0, 0, random.randint(1, 6)])
             for grade in ("collapsed", "severe", "minor")}  # fmt: skip
    for grade in ("collapsed", "severe", "minor"):
        rooms[f"{grade}_dwelling_rooms"] = random.randint(0, rooms[f"{grade}_rooms"])
    return rooms


def moved(random: Random) -> dict[str, Any]:
    at = AT - timedelta(hours=random.randint(1, 40))
    back = random.choice([None, at + timedelta(hours=random.randint(1, 60))])
    return {"people": random.randint(1, 6), "placement": random.choice(["central", "scattered"]),
            "moved_at": at, "returned_at": back}  # fmt: skip


MAKE = {Roster.CASUALTIES: casualty, Roster.HOUSES: house, Roster.RELOCATED: moved}


def clean(random: Random) -> Place:
    """Return a place whose figures are what its rows add up to, by a sum of its own."""
    place = Place({roster: [make(random) for _ in range(random.randint(2, 12))]
                   for roster, make in MAKE.items()})  # fmt: skip
    place.figures = by_hand(place.rows)
    return place


def by_hand(rows: dict[Roster, list[dict[str, Any]]]) -> dict[str, Decimal]:
    """Add up as a clerk would, going through the rows once, with nothing of the product."""
    sums = dict.fromkeys(CODES, 0)
    _people_by_hand(rows, sums)
    for each in rows[Roster.HOUSES]:
        for code in ROOMS:
            sums[code] += each[code]
        for grade in ("collapsed", "severe", "minor"):
            if each[f"{grade}_dwelling_rooms"]:
                sums[f"{grade}_dwelling_households"] += 1
                break
    return {code: Decimal(number) for code, number in sums.items()}


def _people_by_hand(rows: dict[Roster, list[dict[str, Any]]], sums: dict[str, int]) -> None:
    for each in rows[Roster.CASUALTIES]:
        if each["status"] == "dead" or each["outcome"] in ("confirmed_dead", "declared_dead"):
            sums["deaths"] += 1
        elif each["outcome"] is None:
            sums["missing"] += 1
    for each in rows[Roster.RELOCATED]:
        spans = ["cum"] + (["rt"] if not each["returned_at"] or each["returned_at"] > AT else [])
        for span in spans:
            sums[f"relocated_{span}"] += each["people"]
            sums[f"relocated_{each['placement']}_{span}"] += each["people"]


def miscounted(random: Random, place: Place) -> None:
    code = random.choice(CODES)
    place.figures[code] = max(Decimal(0), place.figures[code] + random.choice([-1, 1, 10]))
    if not place.differing():
        place.figures[code] += 1


def transposed(random: Random, place: Place) -> None:
    """Two indicators were written in each other's field."""
    unlike = [(a, b) for a in CODES for b in CODES if place.figures[a] != place.figures[b]]
    a, b = random.choice(unlike)
    place.figures[a], place.figures[b] = place.figures[b], place.figures[a]


def row_lost(random: Random, place: Place) -> None:
    """A person who is in the figure was never entered."""
    lost = Place({roster: [] for roster in Roster})
    while not any(by_hand(lost.rows).values()):
        roster = random.choice(list(Roster))
        lost.rows[roster] = [place.rows[roster].pop(random.randrange(len(place.rows[roster])))] if (
            place.rows[roster]) else []  # fmt: skip


def row_twice(random: Random, place: Place) -> None:
    """A person stands in the roster twice."""
    alone = [
        (roster, row, {each: [row] if each == roster else [] for each in Roster})
        for roster, rows in place.rows.items()
        for row in rows
    ]
    roster, row, _ = random.choice([each for each in alone if any(by_hand(each[2]).values())])
    place.rows[roster].append(dict(row))


def not_reported(random: Random, place: Place) -> None:
    code = random.choice([each for each in CODES if place.figures[each]])
    del place.figures[code]


def outcome_forgotten(random: Random, place: Place) -> None:
    """Somebody missing was found dead: the figure knows, the roster does not."""
    place.rows[Roster.CASUALTIES].append({"status": "missing", "outcome": None})
    place.figures["deaths"] += 1


def return_forgotten(random: Random, place: Place) -> None:
    """People went home: the figure knows, the roster does not."""
    place.rows[Roster.RELOCATED].append(
        {"people": 3, "placement": "central", "moved_at": AT - timedelta(days=1),
         "returned_at": None}
    )  # fmt: skip
    place.figures["relocated_cum"] += 3
    place.figures["relocated_central_cum"] += 3


def grade_changed(random: Random, place: Place) -> None:
    """A house was graded anew in the roster only."""
    row = house(random) | {"collapsed_rooms": 2, "collapsed_dwelling_rooms": 2}
    place.rows[Roster.HOUSES].append(
        row | {"collapsed_rooms": 0, "collapsed_dwelling_rooms": 0,
               "severe_rooms": row["severe_rooms"] + 2}
    )  # fmt: skip
    added = by_hand({each: [row] if each is Roster.HOUSES else [] for each in Roster})
    for code, number in added.items():
        place.figures[code] += number


KINDS: list[Callable[[Random, Place], None]] = [
    miscounted, transposed, row_lost, row_twice, not_reported, outcome_forgotten,
    return_forgotten, grade_changed,
]  # fmt: skip


def planted() -> list[tuple[str, Place, set[str]]]:
    """Return the places with their mismatch, and the figures it must show in."""
    found = []
    for number in range(MISMATCHES):
        random = Random(f"{SEED}:{number}")
        place, kind = clean(random), KINDS[number % len(KINDS)]
        kind(random, place)
        truth = by_hand(place.rows)
        wrong = {code for code in CODES if place.figures.get(code, 0) != truth[code]}
        found.append((kind.__name__, place, wrong))
    return found


def test_two_hundred_mismatches_are_all_found_and_nothing_else_is(tell):
    missed = [(name, wrong, place.differing()) for name, place, wrong in planted()
              if not wrong or place.differing() != wrong]  # fmt: skip

    tell(mismatches=MISMATCHES, kinds=len(KINDS), missed_or_beside_the_mark=len(missed))
    assert not missed


def test_clean_places_raise_no_alarm():
    alarms = [place.differing() for number in range(CLEAN)
              if (place := clean(Random(f"clean:{number}"))).differing()]  # fmt: skip

    assert not alarms


@pytest.mark.slow
def test_the_database_counts_as_the_oracle_does(app, disaster):
    """Every planted place becomes a disaster of its own: one statement must count as Python."""
    places = planted()
    with act_as(SYSTEM), db.transaction() as session:
        area_ids = [geo.tree(session).by_code(code).id for code in (TOWNSHIP, VILLAGE)]
        made = [_stored(session, place, area_ids) for _name, place, _wrong in places]
    with act_as(SYSTEM), db.reading() as session:
        for disaster_id, (_name, place, _wrong) in zip(made, places, strict=True):
            counted: dict[str, int] = {}
            for roster in Roster:
                counted |= counting.total(session, disaster_id, area_ids[0], roster=roster, at=AT)
            assert counted == place.counted()
            asked = ReportAsked(disaster_id=disaster_id, area_id=area_ids[0], as_of=AT, final=True,
                                codes=frozenset(CODES))  # fmt: skip
            held = counting.facts(session, asked)
            assert held == {rules.fact(code): number for code, number in counted.items()}


def _stored(session, place: Place, area_ids) -> Any:
    disaster_id = uuid6.uuid7()
    session.add(Disaster(
        id=disaster_id, name="试验", kind="flood", started_at=MORNING, state="open",
        form_version="2020", division_date=MORNING.date(), area_id=area_ids[0], revision=1,
    ))  # fmt: skip
    session.flush()
    for roster, rows in place.rows.items():
        for number, row in enumerate(rows):
            session.add(_row(disaster_id, area_ids[number % 2], roster, row))
            session.add(_row(disaster_id, area_ids[number % 2], roster, row, current=False))
            session.add(_row(disaster_id, area_ids[number % 2], roster, row, removed=True))
            session.add(_row(disaster_id, area_ids[number % 2], roster, row,
                             same_as=uuid6.uuid7()))  # fmt: skip
    return disaster_id


def _row(disaster_id, area_id, roster, row, **more) -> RosterRow:
    row_id = uuid6.uuid7()
    held = {"current": True, "removed": False} | dict.fromkeys(ROOMS, 0) | {"people": 1}
    return RosterRow(
        **held | dict(row) | more, id=row_id, record_id=row_id, disaster_id=disaster_id,
        area_id=area_id, roster=roster.value, revision=1, author_id=row_id, received_at=AT,
        no_number="lost",
    )  # fmt: skip
