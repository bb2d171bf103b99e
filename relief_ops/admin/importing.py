"""What an import of areas does with a file: check everything, then write it all or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo, sheets
from relief_ops.admin.events import AreasImported, CodesImported
from relief_ops.errors import Invalid
from relief_ops.events import record
from relief_ops.geo import checks, frames, importing
from relief_ops.geo.checks import Problem
from relief_ops.i18n import gettext as _

MOST_TOPS = 4  # an event names one to four areas
KINDS = ("divisions", "points", "outlines", "population", "codes")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What kind of file it is, what its numbers mean, from which day it holds, and for whom.

    `inside` are the areas the person may write, with all below them; None is everywhere.
    """

    kind: str
    system: frames.System
    valid_from: date
    inside: frozenset[UUID] | None = None


@dataclass(frozen=True)
class Plan:
    """What would be written to which areas, and what stands against it."""

    count: int
    problems: list[Problem]
    areas: tuple[UUID, ...]
    write: Callable[[Session], int] = field(repr=False)


def plan(session: Session, data: bytes, asked: Asked) -> Plan:
    """Look through a file and return what it would do. Raises for a file that cannot be read."""
    makers: dict[str, Callable[[Session, bytes, Asked], Plan]] = {
        "divisions": _divisions,
        "points": _points,
        "outlines": _outlines,
        "population": _population,
        "codes": _codes,
    }
    if asked.kind not in makers:
        raise Invalid(_("Choose what the file holds."))
    return makers[asked.kind](session, data, asked)


def carry_out(session: Session, made: Plan, asked: Asked, *, actor_id: UUID | None) -> int:
    """Write a plan in this transaction and say so. Raises Invalid while anything is wrong."""
    if made.problems:
        raise Invalid(_("Nothing was imported: %(n)d rows are wrong.", n=len(made.problems)))
    count = made.write(session)
    event = (
        CodesImported(count, asked.valid_from) if asked.kind == "codes" else AreasImported(count)
    )
    tops = tops_of(session, made.areas)
    record(session, event, actor_id=actor_id, subject=tops[0], areas=tops[:MOST_TOPS])
    return count


def tops_of(session: Session, areas: Iterable[UUID]) -> list[UUID]:
    """Return the cities that hold these areas (the first city where there are none)."""
    tree = geo.tree(session)
    found = dict.fromkeys(tree.root_of(each).id for each in areas if each in tree)
    return list(found) or [tree.root.id]


def names_of(session: Session, asked: Asked) -> checks.Names:
    """Return the areas a row of this person's file may mean."""
    return checks.Names(geo.tree(session), asked.inside)


def lines(data: bytes) -> list[checks.Line]:
    """Return the rows of a CSV file or workbook with their numbers."""
    read = sheets.read_rows(data)
    return [(row.number, {key: row.text(key) for key in row.values}) for row in read]


def _divisions(session: Session, data: bytes, asked: Asked) -> Plan:
    good, problems = checks.divisions(lines(data), geo.tree(session))
    tops = (row["code"] for row in good if row["level"] == "city")
    return Plan(
        len(good),
        problems,
        tuple(importing.area_id_of(code, asked.valid_from) for code in tops),
        lambda s: importing.import_divisions(s, good, valid_from=asked.valid_from),
    )


def _points(session: Session, data: bytes, asked: Asked) -> Plan:
    good, problems = checks.points(lines(data), names_of(session, asked), system=asked.system)

    def write(s: Session) -> int:
        for area, point, source in good:
            importing.set_point(s, area.id, point, approximate=False, source=source)
        importing.touch(s)
        return len(good)

    return Plan(len(good), problems, tuple(each[0].id for each in good), write)


def _outlines(session: Session, data: bytes, asked: Asked) -> Plan:
    return outlines_plan(session, frames.read_shapes(data, system=asked.system), asked)


def outlines_plan(session: Session, shapes: list[frames.Shape], asked: Asked) -> Plan:
    """Return what the shapes of a file would do; reading them is the slow part and comes before."""
    good, problems = checks.outlines(shapes, names_of(session, asked))
    tree = geo.tree(session)

    def write(s: Session) -> int:
        count = importing.import_outlines(s, good)
        importing.import_points(s, [], good)
        return count

    return Plan(len(good), problems, tuple(tree.by_code(code).id for code in good), write)


def _population(session: Session, data: bytes, asked: Asked) -> Plan:
    good, problems = checks.population(lines(data), names_of(session, asked))

    def write(s: Session) -> int:
        for year in sorted({each[1] for each in good}):
            rows = [
                {"code": a.code, "population": str(people), "source": source, "confidence": sure}
                for a, of, people, source, sure in good
                if of == year
            ]
            importing.import_population(s, rows, year=year)
        return len(good)

    return Plan(len(good), problems, tuple(each[0].id for each in good), write)


def _codes(session: Session, data: bytes, asked: Asked) -> Plan:
    return codes_plan(session, lines(data), asked)


def codes_plan(session: Session, rows: list[checks.Line], asked: Asked) -> Plan:
    """Return what a crosswalk of later codes would change, matched by (county, name)."""
    names, valid_from = names_of(session, asked), asked.valid_from
    good, problems = checks.later_codes(rows, names, valid_from=valid_from)
    codes = {area.id: code for area, code in good.items()}
    return Plan(
        len(codes),
        problems,
        tuple(codes),
        lambda s: importing.import_codes(s, codes, valid_from=valid_from),
    )


def csv_lines(text: str) -> list[checks.Line]:
    """Return the rows of CSV text with their line numbers."""
    read = csv.DictReader(io.StringIO(text))
    return [(number, _plain(row)) for number, row in enumerate(read, start=2)]


def _plain(row: dict[str, Any]) -> dict[str, str]:
    return {str(key): str(value or "") for key, value in row.items()}
