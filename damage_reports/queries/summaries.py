"""Tables that were prepared for the level above: as signed, as they would be now, who signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, Summary, SummarySignature
from damage_reports.queries.form import form_of
from damage_reports.queries.process import Process, process_of, regrouped_since
from damage_reports.queries.totals import rollup
from damage_reports.queries.units import Unit
from damage_reports.rules import Basis, Given, Line, Signatures, SignRole, Stage
from relief_ops import clock
from relief_ops.auth import lookup
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _


@dataclass(frozen=True)
class Signed:
    """A summary with its figures, how far it is, and whose signature is still missing."""

    row: Summary
    area: AreaNode
    lines: tuple[Line, ...]
    signed: Signatures

    @property
    def signatures(self) -> tuple[Given, ...]:
        """Return who signed, the first first."""
        return self.signed.given

    @property
    def stage(self) -> Stage:
        """Return how far it is."""
        return self.signed.stage

    @property
    def sent_at(self) -> datetime | None:
        """Return when it went up."""
        return self.signed.sent_at

    @property
    def outstanding(self) -> list[SignRole]:
        """Return whose own signature is missing."""
        return self.signed.outstanding


def summary(session: Session, summary_id: UUID, *, lock: bool = False) -> Summary:
    """Return one summary within the viewer's areas. Raises NotFound."""
    statement = select(Summary).where(Summary.id == summary_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(_("There is no such table, or not in your areas."))
    return found


def current_summary(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str
) -> Summary | None:
    """Return and lock the table that stands for (disaster, area, round), if any."""
    return session.scalar(
        select(Summary)
        .where(
            Summary.disaster_id == disaster_id,
            Summary.area_id == area_id,
            Summary.round == round_,
            Summary.current,
        )
        .with_for_update()
    )


def signed(session: Session, row: Summary, tree: AreaTree) -> Signed:
    """Return a summary with its signatures."""
    kept = SummarySignature
    given = signatures_of(session, kept, kept.summary_id == row.id)
    return Signed(row, tree.node(row.area_id), read(row.content), given)


def signatures_of(session: Session, kept: Any, of: ColumnElement[bool]) -> Signatures:
    """Return the signatures of one thing, of the table they are `kept` in, the first first."""
    rows = session.execute(
        select(*(getattr(kept, each) for each in Given._fields))
        .where(of)
        .order_by(kept.at, kept.id)
    )
    return Signatures(tuple(Given(*row) for row in rows))


def signed_by(session: Session, found: Signatures, prepared_by: UUID) -> dict[str, str]:
    """Return who signed as what, in words; one's own hand goes before a word by telephone."""
    names = lookup.names(session, {prepared_by, *(each.actor_id for each in found.given)})
    said = {"prepared": names.get(prepared_by, "")}
    for each in sorted(found.given, key=lambda each: not each.by_telephone):
        words = names.get(each.actor_id, "")
        if each.by_telephone:
            words = _("%(who)s (by telephone)", who=each.told_by)
        said[each.role] = f"{words} {clock.local(each.at):%m-%d %H:%M}"
    if found.sent_at:
        said["sent"] = f"{clock.local(found.sent_at):%Y-%m-%d %H:%M}"
    return said


def summaries(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, round_: str
) -> dict[UUID, Signed]:
    """Return by area the table that stands for a round, of an area and those directly below it."""
    wanted = [area.id, *(node.id for node in tree.children(area.id))]
    rows = session.scalars(
        select(Summary).where(
            Summary.disaster_id == disaster.id,
            Summary.round == round_,
            Summary.area_id.in_(wanted),
            Summary.current,
        )
    )
    return {row.area_id: signed(session, row, tree) for row in rows}


def lines_of(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, basis: Basis,
    at: datetime, known_at: datetime | None = None,
) -> tuple[Line, ...]:  # fmt: skip
    """Return the totals of an area and of each below it, as a table to sign has them."""
    found = rollup(
        session, disaster_id=disaster.id, area=area, tree=tree,
        form=form_of(session, disaster.form_version), basis=basis, at=at, known_at=known_at,
    )  # fmt: skip
    return tuple(_line(unit) for unit in (found.area, *found.children))


def _line(unit: Unit) -> Line:
    values, marks = dict(sorted(unit.values.items())), dict(sorted(unit.marks().items()))
    return Line(unit.node.code, unit.expected, unit.reported, values, marks)


def written(lines: Sequence[Line]) -> str:
    """Return a table as canonical JSON: the same figures are the same bytes.

    Where a figure comes from stands in it only if that is not a report.
    """
    rows = [
        {
            "area": line.area,
            "expected": line.expected,
            "reported": line.reported,
            "values": {code: str(value) for code, value in line.values.items()},
        }
        | ({"sources": dict(line.sources)} if line.sources else {})
        for line in lines
    ]
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS).decode()


def read(content: str) -> tuple[Line, ...]:
    """Return the lines of a table as it was written."""
    return tuple(
        Line(
            row["area"], row["expected"], row["reported"],
            {code: Decimal(value) for code, value in row["values"].items()},
            row.get("sources", {}),
        )
        for row in orjson.loads(content)
    )  # fmt: skip


def deltas_of(
    session: Session, found: Signed, disaster: Disaster, tree: AreaTree
) -> list[rules.Delta]:
    """Return what the signed cells have become by corrections of the same valid time."""
    now = lines_of(
        session, disaster, tree, found.area, basis=Basis(found.row.basis), at=found.row.known_at
    )
    return rules.deltas(found.lines, now)


def corrections(session: Session, found: Signed, tree: AreaTree) -> list[Report]:
    """Return the reports of its time that came or were judged after a table was prepared."""
    row, since = found.row, found.row.known_at
    process = Process(row.disaster_id, regrouped.grouping(session), tree)
    moments = (
        Report.received_at, Report.counted_to, Report.accepted_from, Report.accepted_to,
    )  # fmt: skip
    rows = session.scalars(
        select(Report)
        .where(
            Report.disaster_id.in_(process.ids),
            Report.valid_from <= since,
            or_(*(moment > since for moment in moments)),
        )
        .order_by(Report.received_at.desc(), Report.id.desc())
    )
    within = tree.within(found.area.id)
    return [each for each in process.only(rows) if each.area_id in within]


def missing_below(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, round_: str
) -> list[AreaNode]:
    """Return the areas directly below that owe their table and have not sent it.

    What was sent before disasters were joined or split there is owed again.
    """
    sent = {
        area_id for area_id, each in summaries(session, disaster, tree, area, round_).items()
        if each.sent_at and not is_outdated(session, disaster, tree, each)
    }  # fmt: skip
    process = process_of(session, disaster, tree)
    owing = [n for n in tree.children(area.id) if not n.pseudo and not process.left(n)]
    return [n for n in owing if n.id not in sent]


def is_outdated(session: Session, disaster: Disaster, tree: AreaTree, found: Signed) -> bool:
    """Whether figures of its area joined or left its disaster since a table was prepared."""
    return regrouped_since(session, disaster, tree, found.area, found.row.known_at)


def shown_summary(session: Session, found: Signed, disaster: Disaster) -> dict[str, Any]:
    """Return a summary as the API shows it, with what it has become."""
    tree = disasters.division_tree(session, disaster)
    row = found.row
    return {
        "id": row.id,
        "disaster_id": row.disaster_id,
        "area_code": found.area.code,
        "round": row.round,
        "basis": row.basis,
        "known_at": row.known_at,
        "revision": row.revision,
        "base": row.base_id,
        "current": row.current,
        "sha256": row.sha256,
        "content": row.content,
        "stage": found.stage,
        "sent_at": found.sent_at,
        "outstanding": found.outstanding,
        "signatures": [
            {"role": each.role, "by_telephone": each.by_telephone, "at": each.at}
            for each in found.signatures
        ],
        "deltas": [
            {
                "area_code": each.area,
                "indicator": each.indicator,
                "signed": each.signed,
                "now": each.now,
                "change": each.change,
            }
            for each in deltas_of(session, found, disaster, tree)
        ],
    }
