"""Reading tables that were sent in: their columns, their areas, how far they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import FormVersion, ReportImport, ReportImportRow
from damage_reports.queries.form import Field, form_of, indicators
from damage_reports.rules import Column, Outcome, Table
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _

REPORTING = (Level.TOWNSHIP, Level.VILLAGE)
CLAIMED = (Level.TOWNSHIP, Level.COUNTY)  # of which other sources speak


def table_of(session: Session, edition: str) -> Table:
    """Return the columns a table of an edition has."""
    form = form_of(session, edition)
    others = [each for code, each in indicators(session).items() if code not in form]
    return Table(edition, _columns(form.values()), _columns(others))


def _columns(fields: Any) -> tuple[Column, ...]:
    return tuple(_column(each) for each in fields)


def _column(field: Field) -> Column:
    return Column(
        field.code, (field.name_zh, field.name_en), (field.unit_zh, field.unit_en), field.scale
    )


def form_head(session: Session, edition: str) -> dict[str, str]:
    """Return what the head of an edition's form says: number, authority, document."""
    version = session.get(FormVersion, edition)
    return dict(rules.form_head(edition)) | {"document": version.document if version else ""}


class Directory:
    """Finds the area a row means, among those of some levels the person may file for."""

    def __init__(
        self, tree: AreaTree, may: Callable[[UUID], bool], levels: Sequence[Level] = REPORTING
    ) -> None:
        self.tree, self.may, self.levels = tree, may, levels
        self.codes: dict[str, AreaNode] = {node.code: node for node in tree}
        self.names: dict[str, list[AreaNode]] = {}
        for node in tree:
            if node.level in levels:
                self.names.setdefault(node.name, []).append(node)

    def find(self, code: str, name: str) -> AreaNode:
        """Return the area. Raises ValueError in words that say what to do."""
        code = unicodedata.normalize("NFKC", code).strip()
        node = self._by_code(code, name) if code else self._by_name(name)
        if node.level not in self.levels:
            others = _("Other sources speak of townships and counties.")
            report = _("Townships and villages report; others add up.")
            raise ValueError(others if self.levels == CLAIMED else report)
        if not self.may(node.id):
            raise ValueError(_("%(area)s is not one of your areas. Take the row out.",
                               area=self._whole(node)))  # fmt: skip
        return node

    def _by_code(self, code: str, name: str) -> AreaNode:
        node = self.codes.get(code.ljust(12, "0"))
        if node is None:
            raise ValueError(
                _("There is no area with the code %(code)s on the day of this disaster.",
                  code=code[:20])
            )  # fmt: skip
        if name and name.split("/")[-1].strip() != node.name:
            raise ValueError(_("The code is that of %(area)s, the name says %(name)s. Put one of "
                               "them right.", area=node.name, name=name[:40]))  # fmt: skip
        return node

    def _by_name(self, name: str) -> AreaNode:
        parts = [each.strip() for each in name.split("/") if each.strip()]
        found = [node for node in self.names.get(parts[-1] if parts else "", ())
                 if {*parts} <= {each.name for each in self.tree.ancestors(node.id)}]  # fmt: skip
        mine = [node for node in found if self.may(node.id)]
        if len(mine or found) > 1:
            raise ValueError(_("Several areas are called so. Give the code."))
        if not found:
            raise ValueError(_("There is no area called %(name)s. Give the code.",
                               name=name[:40] or "—"))  # fmt: skip
        return (mine or found)[0]

    def _whole(self, node: AreaNode) -> str:
        above = self.tree.ancestors(node.id)
        return " ".join(each.name for each in reversed(above[:2]))


def import_of(
    session: Session, import_id: UUID, *, actor_id: UUID, claims: bool = False,
    lock: bool = False,
) -> ReportImport:  # fmt: skip
    """Return a table somebody sent in themselves: of reports, or of `claims`. Raises NotFound."""
    found = session.get(ReportImport, import_id, with_for_update=lock or None)
    if found is None or found.actor_id != actor_id or bool(found.figure_source) != claims:
        raise NotFound(_("There is no such import of yours."))
    return found


def import_rows(
    session: Session, import_id: UUID, *, after: int = -1, most: int | None = None,
    open_only: bool = False, wrong_only: bool = False, said_only: bool = False,
) -> Sequence[ReportImportRow]:  # fmt: skip
    """Return rows of a table in their order, from one on."""
    rows = ReportImportRow
    statement = select(rows).where(rows.import_id == import_id, rows.number > after)
    if open_only:
        statement = statement.where(rows.outcome == "")
    if wrong_only:
        statement = statement.where(rows.wrong)
    if said_only:
        statement = statement.where(rows.outcome.in_((Outcome.REFUSED, Outcome.RIVAL)))
    return session.scalars(statement.order_by(rows.number).limit(most)).all()


def outcomes_of(session: Session, import_id: UUID) -> dict[Outcome, int]:
    """Return how many rows became what; rows nobody touched yet are left out."""
    rows = ReportImportRow
    counted = session.execute(
        select(rows.outcome, func.count())
        .where(rows.import_id == import_id, rows.outcome != "")
        .group_by(rows.outcome)
    )
    found = {Outcome(outcome): number for outcome, number in counted}
    return {each: found[each] for each in Outcome if each in found}


def notes_of(session: Session, import_id: UUID) -> int:
    """Return how many rows have cells in which something was put right or looks unlikely."""
    rows = ReportImportRow
    statement = select(func.count()).where(rows.import_id == import_id, rows.notes != [])
    return session.scalar(statement) or 0


def imports_of(
    session: Session, actor_id: UUID, *, claims: bool = False, most: int = 10
) -> Sequence[ReportImport]:
    """Return the tables somebody sent in, of reports or of claims, the latest first."""
    whose = ReportImport.figure_source != "" if claims else ReportImport.figure_source == ""
    return session.scalars(
        select(ReportImport)
        .where(ReportImport.actor_id == actor_id, whose)
        .order_by(ReportImport.made_at.desc(), ReportImport.id.desc())
        .limit(most)
    ).all()


def came_with_table(session: Session, report_id: UUID, *, actor_id: UUID) -> bool:
    """Whether a report came with an earlier table of the same person."""
    rows = ReportImportRow
    found = session.scalar(
        select(rows.report_id)
        .join(ReportImport, ReportImport.id == rows.import_id)
        .where(rows.report_id == report_id, ReportImport.actor_id == actor_id)
        .limit(1)
    )
    return found is not None
