"""Totals: read, never stored. One grouped sum, right the moment the filing commits.

A township counts its own current value if it filed one, otherwise the sum of its villages,
never both. `damage_reports.rules.totals` says the same in plain Python and is the oracle.
Where a rule of choice puts another source first, its claim counts instead, never beside.
A disaster that others joined is added up over itself and its parts, each as it stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Date, SmallInteger, Uuid, bindparam, text
from sqlalchemy.orm import Session

from damage_reports.queries import choices, spans
from damage_reports.queries.form import Field
from damage_reports.queries.units import Counted, Part, Rollup, Unit, overlaid, together
from damage_reports.rules import Basis
from relief_ops.db import Instant, Json
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.disasters.parts.rules import Grouping, Stream
from relief_ops.geo import AreaNode, AreaTree, Level

BINDS: dict[str, Any] = {
    "area": Uuid(),
    "at": Instant(),
    "known_at": Instant(),
    "day": Date(),
    "indicator": SmallInteger(),
}
RESULTS: dict[str, Any] = {
    "id": Uuid(),
    "area_id": Uuid(),
    "disaster_id": Uuid(),
    "parent_id": Uuid(),
    "township": Uuid(),
    "as_of": Instant(),
    "set_from": Instant(),
    "set_to": Instant(),
    "carried": Json(),
}


def rollup(  # noqa: PLR0913  each is one axis of the question
    session: Session,
    *,
    disaster_id: UUID,
    area: AreaNode,
    tree: AreaTree,
    form: Mapping[str, Field],
    basis: Basis = Basis.REPORTED,
    at: datetime | None = None,
    known_at: datetime | None = None,
    only: str | None = None,
    grouping: Grouping | None = None,
    every: bool = False,
) -> Rollup:
    """Add up an area's figures as valid at one instant and as known at another.

    `grouping` is which disasters are parts of which, by default as known at that instant;
    `every` gives all areas below down to the townships, not only those directly below.
    """
    asked = Asked(
        session, disaster_id, area, tree, form, Basis(basis), at, known_at, only, grouping
    )
    return answer(asked, every=every)


@dataclass
class Asked:
    """A question about totals: of which area, on which basis, at which two times."""

    session: Session
    disaster_id: UUID
    area: AreaNode
    tree: AreaTree
    form: Mapping[str, Field]
    basis: Basis
    at: datetime | None
    known_at: datetime | None
    only: str | None
    grouping: Grouping | None = None

    @cached_property
    def group(self) -> Grouping:
        """Return which disasters are parts of which, as known at the instant asked."""
        if self.grouping is not None:
            return self.grouping
        return regrouped.grouping(self.session, self.known_at)

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        """Return what the disaster itself holds, without its parts."""
        return self.group.streams(self.disaster_id)

    def parts(self) -> list[Asked]:
        """Return the same question for the disaster itself and for each of its parts."""
        group = self.group
        members = group.members(self.disaster_id)
        return [replace(self, disaster_id=each, grouping=group) for each in members]

    def held(self, row: str) -> str:
        """Return the SQL condition that a row lies in what the disaster itself holds."""
        return "(" + " OR ".join(_held(row, *each) for each in enumerate(self.streams)) + ")"

    def latest(self) -> str:
        """Return the SQL of each area's report that counts, with its township."""
        counts = spans.counting(self.basis, past=self.known_at is not None)
        valid = "" if self.at is None else "AND r.valid_from <= :at"
        return f"""
            WITH ranked AS (
                SELECT r.id, r.area_id, r.as_of, r.disaster_id, row_number() OVER (
                    PARTITION BY r.area_id
                    ORDER BY r.valid_from DESC, r.received_at DESC, r.id DESC
                ) AS place
                FROM report r
                WHERE {self.held("r")}
                AND r.area_id IN (SELECT area_id FROM area_closure WHERE ancestor_id = :area)
                AND {counts} {valid}
            ), latest AS (
                SELECT k.id, k.area_id, k.as_of, k.disaster_id, a.level, v.parent_id
                FROM ranked k JOIN area a ON a.id = k.area_id
                JOIN area_version v ON v.area_id = k.area_id AND v.id IN (
                    SELECT w.id FROM area_version w WHERE w.area_id = k.area_id
                    AND w.valid_from <= :day AND (w.valid_to IS NULL OR w.valid_to > :day)
                )
                WHERE k.place = 1
            )"""  # nosec B608  # noqa: S608  the parts are constants of this module

    def run(self, sql: str, *columns: str, **more: Any) -> Any:
        """Run a statement that begins with `latest`."""
        return self.execute(self.latest() + sql, *columns, **more)

    def execute(self, sql: str, *columns: str, **more: Any) -> Any:
        """Run a statement of this module: ids, instants and days typed for either database."""
        params = {
            "area": self.area.id,
            "at": self.at,
            "known_at": self.known_at,
            "day": self.tree.day,
        } | more
        for number, stream in enumerate(self.streams):
            params[f"d{number}"] = stream.disaster_id
            params[f"t{number}"] = sorted(stream.only or stream.less)
        used = {key: value for key, value in params.items() if f":{key}" in sql}
        typed = text(sql).bindparams(*(_bind(key, value) for key, value in used.items()))
        return self.session.execute(
            typed.columns(**{name: RESULTS[name] for name in columns}), used
        )

    def filed(self) -> dict[UUID, datetime]:
        """Return area → valid time of the report that counts."""
        rows = self.run(" SELECT area_id, as_of FROM latest", "area_id", "as_of")
        return {area_id: as_of for area_id, as_of in rows}

    def sums(self) -> Any:
        """Return (township, indicator, own, below, villages known) for everything asked."""
        one = "AND v.indicator_id = :indicator" if self.only else ""
        anys = (
            ",".join(str(f.id) for f in self.form.values() if f.roll_up == "any_then_sum") or "-1"
        )
        more = {"indicator": self.form[self.only].id} if self.only else {}
        return self.run(
            f"""
            SELECT township, indicator_id, max(own), max(below), max(known) FROM (
                SELECT l.area_id AS township, v.indicator_id, v.value AS own,
                       NULL AS below, 0 AS known
                FROM latest l JOIN report_value v ON v.report_id = l.id {one}
                WHERE l.level = 'township' AND v.value IS NOT NULL
                UNION ALL
                SELECT l.parent_id, v.indicator_id, NULL,
                       CASE WHEN v.indicator_id IN ({anys})
                            THEN max(CASE WHEN v.value > 0 THEN 1 ELSE 0 END)
                            ELSE sum(v.value) END,
                       count(v.value)
                FROM latest l JOIN report_value v ON v.report_id = l.id {one}
                WHERE l.level = 'village' AND v.value IS NOT NULL
                GROUP BY l.parent_id, v.indicator_id
            ) parts GROUP BY township, indicator_id""",  # nosec B608  # noqa: S608  ids come from our rows
            "township",
            **more,
        )

    def accepted_own(self, filed: Mapping[UUID, datetime]) -> dict[tuple[UUID, int], int]:
        """Return the upper level's own figures, which the accepted basis counts.

        One stands beside the report it judged: with a later accepted report it is history.
        """
        if self.basis is not Basis.ACCEPTED:
            return {}
        rows = self.execute(
            f"""SELECT o.area_id, o.disaster_id, o.indicator_id, o.value, o.as_of, o.set_from,
            o.set_to FROM own_figure o JOIN area_closure c ON c.area_id = o.area_id
            AND c.ancestor_id = :area WHERE {self.held("o")} ORDER BY o.set_from""",  # nosec B608  # noqa: S608
            *("area_id", "disaster_id", "as_of", "set_from", "set_to"),
        )
        known, under = self.known_at, self.filed_under()
        found = {}
        for area_id, disaster_id, indicator_id, value, as_of, began, ended in rows:
            counts = ended is None
            if known is not None:
                counts = began <= known and (ended is None or ended > known)
            beside = filed.get(area_id) == as_of and under.get(area_id, disaster_id) == disaster_id
            if counts and beside:
                found[(area_id, indicator_id)] = value
        return found

    def filed_under(self) -> dict[UUID, UUID]:
        """Return under which disaster each area's report lies; nothing where there is but one."""
        if len(self.streams) == 1:
            return {}
        rows = self.run(" SELECT area_id, disaster_id FROM latest", "area_id", "disaster_id")
        return {area_id: disaster_id for area_id, disaster_id in rows}

    def townships(self, filed: Mapping[UUID, datetime]) -> dict[UUID, Unit]:
        """Return each township's totals: its own figure, else the sum of its villages.

        A zone code, and what was split off, are expected only once they or a village filed.
        """
        units = {
            node.id: Unit(node, expected=1, approximate=node.approximate)
            for node in self.tree.at_level(Level.TOWNSHIP, self.area.id)
        }
        for area_id, as_of in filed.items():
            township = self.tree.ancestor_at(area_id, Level.TOWNSHIP)
            if township and township.id in units:
                units[township.id].reported = 1
                units[township.id].stamp(as_of)
        left = self.streams[0].less
        for each in units.values():
            owes = not each.node.pseudo and each.node.id not in left
            each.expected = int(bool(each.reported) or owes)
        fields = {f.id: f for f in self.form.values()}
        for township_id, indicator_id, own, below, known in self.sums():
            unit = units.get(township_id)
            if unit is not None and indicator_id in fields:
                unit.fill(fields[indicator_id], own, below, known)
        judged = {at: value for at, value in self.accepted_own(filed).items() if at[1] in fields}
        self._judged_villages(units, judged)
        for (area_id, indicator_id), value in judged.items():
            if area_id in units:
                units[area_id].fill(fields[indicator_id], value, None, 0)
        return units

    def _judged_villages(
        self, units: Mapping[UUID, Unit], judged: Mapping[tuple[UUID, int], int]
    ) -> None:
        """Add up anew where an upper level set its own figure beside a village's."""
        mine = {at: value for at, value in judged.items() if at[0] not in units}
        places = {(self.tree.node(at[0]).parent_id, at[1]) for at in mine}
        if not places:
            return
        parts: dict[tuple[UUID | None, int], list[int]] = {}
        for (area_id, indicator_id), value in (self._village_values() | mine).items():
            place = (self.tree.node(area_id).parent_id, indicator_id)
            if place in places:
                parts.setdefault(place, []).append(value)
        fields = {f.id: f for f in self.form.values()}
        for (township_id, indicator_id), values in parts.items():
            unit = units.get(township_id) if township_id else None
            if unit is not None:
                asked = fields[indicator_id]
                any_of = asked.roll_up == "any_then_sum"
                below = int(any(each > 0 for each in values)) if any_of else sum(values)
                unit.fill(asked, None, below, len(values))

    def _village_values(self) -> dict[tuple[UUID, int], int]:
        rows = self.run(
            " SELECT l.area_id, v.indicator_id, v.value FROM latest l JOIN report_value v "
            "ON v.report_id = l.id WHERE l.level = 'village' AND v.value IS NOT NULL",
            "area_id",
        )
        return {(area_id, indicator_id): int(value) for area_id, indicator_id, value in rows}

    def choosing(self, *, whole: bool = False) -> choices.Choices:
        """Return the disaster's own rules and what other sources say of what it holds.

        Without a rule no claim can count, so none is read; `whole` reads them all the same.
        """
        book = choices.rule_book(self.session, self.disaster_id, known_at=self.known_at)
        said = self.claims() if book or whole else {}
        return choices.Choices(self.tree, self.form, book, said)

    def claims(self) -> choices.Claims:
        """Return what other sources say of the figures the disaster itself holds."""
        return choices.claims(
            self.session, self.streams, self.form, self.tree, within=self.area.id, at=self.at,
            known_at=self.known_at, only=self.only,
        )  # fmt: skip

    def counted(self, filed: Mapping[UUID, datetime], *, whole: bool = False) -> Counted:
        """Return the townships the disaster itself holds, with what its rules choose instead."""
        return Counted(self.tree, self.townships(filed), self.choosing(whole=whole))

    def now_counted(self) -> Counted:
        """Return the townships the disaster itself holds, read from the tables."""
        return self.counted(self.filed())

    def single(self, *, as_reported: bool = False) -> Rollup:
        """Return a township with its villages, or one village."""
        filed = self.filed()
        if self.area.level == Level.VILLAGE:
            return self.one_unit(filed)
        counted = self.counted(filed)
        unit = counted.reported if as_reported else counted.chosen
        return Rollup(unit(self.area), self.villages(filed))

    def villages(self, filed: Mapping[UUID, datetime]) -> list[Unit]:
        """Return the figures of a township's villages, each its own."""
        villages = {node.id: Unit(node, expected=1) for node in self.tree.children(self.area.id)}
        for area_id, as_of in filed.items():
            if area_id in villages:
                villages[area_id].reported = 1
                villages[area_id].stamp(as_of)
        self._own_values(villages, filed)
        return list(villages.values())

    def one_unit(self, filed: Mapping[UUID, datetime]) -> Rollup:
        """Return a single village's figures."""
        unit = Unit(self.area, expected=1, reported=int(self.area.id in filed))
        if self.area.id in filed:
            unit.stamp(filed[self.area.id])
        self._own_values({self.area.id: unit}, filed)
        return Rollup(unit, [])

    def _own_values(self, units: Mapping[UUID, Unit], filed: Mapping[UUID, datetime]) -> None:
        fields = {f.id: f for f in self.form.values()}
        rows = self.run(
            " SELECT l.area_id, v.indicator_id, v.value FROM latest l "
            "JOIN report_value v ON v.report_id = l.id WHERE v.value IS NOT NULL",
            "area_id",
        )
        for area_id, indicator_id, value in rows:
            unit = units.get(area_id)
            if unit is not None and indicator_id in fields:
                unit.fill(fields[indicator_id], value, None, 0)
        for (area_id, indicator_id), value in self.accepted_own(filed).items():
            if area_id in units and indicator_id in fields:
                units[area_id].fill(fields[indicator_id], value, None, 0)


def _held(row: str, number: int, stream: Stream) -> str:
    places = f"(SELECT area_id FROM area_closure WHERE ancestor_id IN :t{number})"  # nosec B608  # noqa: S608
    filed = f"{row}.disaster_id = :d{number}"
    if stream.only is not None:
        return f"({filed} AND {row}.area_id IN {places})"
    return f"({filed} AND {row}.area_id NOT IN {places})" if stream.less else filed


def _bind(key: str, value: Any) -> Any:
    return bindparam(key, type_=BINDS.get(key, Uuid()), expanding=isinstance(value, list))


def answer(
    asked: Asked, counted: Callable[[Asked], Counted] = Asked.now_counted, *,
    as_reported: bool = False, every: bool = False,
) -> Rollup:  # fmt: skip
    """Add up what was asked, over the disaster and its parts; `counted` reads what one holds.

    Each first chooses by its own rules; `as_reported` leaves other sources out.
    """
    parts = asked.parts()
    if asked.area.level in (Level.VILLAGE, Level.TOWNSHIP):
        return _over(parts, [each.single(as_reported=as_reported) for each in parts])
    found = [counted(each) for each in parts]
    whole = overlaid(found).rollup(asked.area, as_reported=as_reported, every=every)
    each_alone = [one.reported if as_reported else one.chosen for one in found]
    return replace(whole, parts=held_by(parts, [alone(asked.area) for alone in each_alone]))


def _over(parts: list[Asked], found: list[Rollup]) -> Rollup:
    form = parts[0].form
    area = together([each.area for each in found], form)
    rows = zip(*(each.children for each in found), strict=True)
    children = [together(row, form) for row in rows]
    return Rollup(area, children, held_by(parts, [each.area for each in found]))


def held_by(parts: list[Asked], units: list[Unit]) -> tuple[Part, ...]:
    """Return what each disaster of a process holds; nothing where there is but one."""
    if len(parts) == 1:
        return ()
    return tuple(Part(each.disaster_id, unit) for each, unit in zip(parts, units, strict=True))
