"""Tables of many areas' figures in the background: looked through cell by cell, then filed.

Each step is one bounded batch and leaves where to go on, so that a worker that was killed is
followed by another; a row's outcome is written in the transaction that files it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from damage_reports import queries, rules
from damage_reports.models import ReportImport, ReportImportRow
from damage_reports.rules import AreaFigures, Remark, TableRead
from damage_reports.services import claim_tables, imports
from relief_ops import clock, db, i18n, jobs, sheets
from relief_ops.auth import act_as, require, viewer
from relief_ops.auth.lookup import viewer_of
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Forbidden, ReliefError
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow
from relief_ops.plugins import Job

KEEP, JUDGE, FILE_AT_ONCE = 1_000, 200, 50
Found = list[tuple[int, AreaFigures, AreaNode | None]]


@contextmanager
def _for_whoever_asked(job_id: UUID) -> Iterator[tuple[UUID, Any]]:
    """Act as the person who asked, in their language; yield the import's id and the cursor."""
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
        someone = viewer_of(session, job.actor_id) if job.actor_id else None
        import_id, cursor = UUID(job.arguments["import"]), job.cursor
        i18n.speak(job.arguments["language"])
    if someone is None:
        raise Forbidden(_("The account that sent this in is not in use any more."))
    with act_as(someone):
        yield import_id, cursor


def check_step(job_id: UUID) -> bool:
    """Read the file, then judge its rows batch by batch; say whether more is left."""
    with _for_whoever_asked(job_id) as (import_id, cursor):
        if cursor is None:
            return _read(job_id, import_id)
        return _judge(job_id, import_id, after=cursor["after"])


def _read(job_id: UUID, import_id: UUID) -> bool:
    read, found = _looked_through(import_id)
    with db.transaction() as session:
        imports.forget_rows(session, import_id)
        made = session.get_one(ReportImport, import_id, with_for_update=True)
        made.total, made.blank, made.wrong = len(found), read.blank, 0
        made.problems = [[each.cell, each.field, each.message] for each in read.problems]
    for start in range(0, len(found), KEEP):
        with db.transaction() as session:
            imports.keep_rows(session, import_id, found[start : start + KEEP])
    with db.transaction() as session:
        job = session.get_one(JobRow, job_id, with_for_update=True)
        jobs.report_progress(job, done=0, total=len(found), cursor={"after": -1})
    return True


def _looked_through(import_id: UUID) -> tuple[TableRead, Found]:
    """Return what a file says, each row with its area; what cannot be read is a problem."""
    with db.reading() as session:
        made = session.get_one(ReportImport, import_id)
        disaster = disasters.disaster(session, made.disaster_id)
        table = queries.table_of(session, disaster.form_version)
        tree = disasters.division_tree(session, disaster)
        data, round_, source = made.data or b"", made.round, made.figure_source
    who, permission = viewer(), _asks(made)
    directory = queries.Directory(
        tree, lambda area_id: who is not None and who.may(permission, area_id, tree),
        queries.CLAIMED if source else queries.REPORTING,
    )  # fmt: skip
    try:
        read = rules.read_tables(sheets.read_grids(data), table, round_=round_, source=source)
    except ReliefError as error:
        return TableRead(problems=[Remark("", "file", str(error))]), []
    seen: dict[UUID, AreaFigures] = {}
    found = [(n, row, _area_of(row, directory, seen)) for n, row in enumerate(read.rows)]
    if not found and not read.problems:
        empty = _("The table holds no figures yet.")
        read.problems.append(Remark("", "file", empty))
    return read, found


def _asks(made: ReportImport) -> str:
    """Return what may be filed only by whoever has it, in each area of its own."""
    return "figure_claim.file" if made.figure_source else "report.submit"


def _area_of(
    row: AreaFigures, directory: queries.Directory, seen: dict[UUID, AreaFigures]
) -> AreaNode | None:
    try:
        area = directory.find(row.code, row.name)
    except ValueError as error:
        row.wrong("area", str(error), row.place)
        return None
    first = seen.setdefault(area.id, row)
    if first is not row:
        twice = _("The same area stands in %(cell)s already. Keep one row.", cell=first.place)
        row.wrong("area", twice, row.place)
    return area


def _judge(job_id: UUID, import_id: UUID, *, after: int) -> bool:
    """Hold some rows against the rules of the form, or against what their source said so far."""
    with db.transaction() as session:
        made = session.get_one(ReportImport, import_id, with_for_update=True)
        rows = queries.import_rows(session, import_id, after=after, most=JUDGE)
        hold = _hold_standing if made.figure_source else _hold_rules
        hold(session, made, [each for each in rows if each.area_id])
        made.wrong += sum(each.wrong for each in rows)
        job = session.get_one(JobRow, job_id, with_for_update=True)
        done = rows[-1].number + 1 if rows else made.total
        jobs.report_progress(job, done=done, total=made.total, cursor={"after": done - 1})
        if done < made.total:
            return True
        made.checked_at = clock.now()
    return False


def _hold_standing(session: Session, made: ReportImport, rows: list[ReportImportRow]) -> None:
    disaster = disasters.disaster(session, made.disaster_id)
    form = queries.form_of(session, disaster.form_version)
    claim_tables.note_standing(session, made, rows, form)


def _hold_rules(session: Session, made: ReportImport, rows: list[ReportImportRow]) -> None:
    disaster = disasters.disaster(session, made.disaster_id)
    form = queries.form_of(session, disaster.form_version)
    tree, names = disasters.division_tree(session, disaster), queries.indicator_names(form)
    checked = [
        queries.Checked(
            disaster=disaster, area=tree.node(row.area_id), form=form,
            values=imports.figures_of(row), round=made.round, as_of=made.as_of, kind=made.kind,
            no_change=False, reasons={}, partial=True,
        )
        for row in rows
        if row.area_id
    ]  # fmt: skip
    for row, found in zip(rows, queries.findings_of_many(session, checked), strict=True):
        if found:
            imports.note_findings(row, found, names)


def file_step(job_id: UUID) -> bool:
    """File some rows; say whether more are left."""
    with _for_whoever_asked(job_id) as (import_id, _cursor):
        try:
            return _file(job_id, import_id)
        except IntegrityError:  # somebody filed for one of these areas at the same moment
            return _file(job_id, import_id)


def _file(job_id: UUID, import_id: UUID) -> bool:
    with db.transaction() as session:
        made = session.get_one(ReportImport, import_id, with_for_update=True)
        rows = queries.import_rows(session, import_id, most=FILE_AT_ONCE, open_only=True)
        disaster = disasters.disaster(session, made.disaster_id)
        form = queries.form_of(session, disaster.form_version)
        tree = disasters.division_tree(session, disaster)
        file_row = claim_tables.file_row if made.figure_source else imports.file_row
        for row in rows:
            assert row.area_id is not None  # a row without one is wrong, and left out
            try:
                require(_asks(made), row.area_id)
            except ReliefError as error:
                imports.refuse(row, error)
                continue
            file_row(session, made, row, area=tree.node(row.area_id), disaster=disaster, form=form)
        session.flush()
        job = session.get_one(JobRow, job_id, with_for_update=True)
        done = sum(queries.outcomes_of(session, import_id).values())
        jobs.report_progress(job, done=done, total=made.total, cursor=None)
        if done < made.total:
            return True
        imports.finish(session, made)
    return False


CHECK = Job(kind=imports.CHECK, step=check_step)
FILE = Job(kind=imports.FILE, step=file_step)
