"""Tables of many areas' figures: taken in, checked in the background, filed row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, exists, insert, or_, update
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import ReportImport, ReportImportRow
from damage_reports.queries import Field
from damage_reports.rules import AreaFigures, Outcome
from damage_reports.services.filing import put_report
from relief_ops import clock, geo, i18n, jobs, receipts
from relief_ops.auth.home import own_root
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, Invalid, ReliefError
from relief_ops.events import Code, Event, record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow, JobState
from relief_ops.receipts import Attempt, Receipt

CHECK, FILE = "reports.check_table", "reports.file_table"
KEPT = timedelta(days=1)
KEPT_ROW = (Outcome.STORED, Outcome.REVISED)
LONGEST = 400


def check_in(
    session: Session, attempt: Attempt, order: schemas.PutImport, data: bytes, *, source: str,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep a file and have it checked in the background; nothing of it is filed."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    made = ReportImport(
        id=attempt.id, actor_id=actor_id, disaster_id=disaster.id, round=order.round,
        kind=order.kind, as_of=order.as_of, figure_source="", source=source[:120], data=data,
        problems=[], made_at=clock.now(),
    )  # fmt: skip
    take_in(session, made)
    return receipts.keep(session, attempt, revision=1)


def take_in(session: Session, made: ReportImport) -> None:
    """Keep a table that was sent in and have it checked in the background."""
    _forget_old(session, made.actor_id)
    session.add(made)
    session.flush()
    _queue(session, made.id, made.id, CHECK, made.actor_id)
    _say(session, _asked(made, filing=False), made.actor_id)


def _asked(made: ReportImport, *, filing: bool) -> Event:
    if made.figure_source:
        source = Code(made.figure_source)
        return events.ClaimImportAsked(made.id, made.disaster_id, source, filing)
    return events.ImportAsked(made.id, made.disaster_id, Code(made.round), filing)


def _forget_old(session: Session, actor_id: UUID) -> None:
    """Let go of files of the same person of which no row was filed within a day."""
    row = ReportImportRow
    filed = exists().where(
        row.import_id == ReportImport.id, or_(row.report_id.is_not(None), row.outcome.in_(KEPT_ROW))
    )
    session.execute(
        delete(ReportImport).where(
            ReportImport.actor_id == actor_id, ReportImport.made_at < clock.now() - KEPT, ~filed
        )
    )


def _queue(session: Session, job_id: UUID, import_id: UUID, kind: str, actor_id: UUID) -> None:
    arguments = {"import": str(import_id), "language": i18n.language()}
    jobs.create(session, job_id, kind=kind, arguments=arguments, actor_id=actor_id)


def _say(session: Session, event: Event, actor_id: UUID) -> None:
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=event.import_id, areas=[root])  # type: ignore[attr-defined]


def filing_of(import_id: UUID) -> UUID:
    """Return the id of the job that files a table: one, however often it is asked for."""
    return uuid5(import_id, "filing")


def keep_rows(
    session: Session, import_id: UUID, rows: Sequence[tuple[int, AreaFigures, Any]]
) -> None:
    """Keep some rows of a table; `rows` are (number, what was read, its area or None)."""
    session.execute(insert(ReportImportRow), [_row(import_id, *each) for each in rows])


def _row(import_id: UUID, number: int, read: AreaFigures, area: AreaNode | None) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "number": number,
        "sheet": read.sheet[:64],
        "row": read.number,
        "place": read.place[:100],
        "area_id": area.id if area else None,
        "area": (area.name if area else read.name or read.code)[:100],
        "figures": {
            code: [None if value is None else str(value), read.cells[code]]
            for code, value in read.values.items()
        },
        "reasons": read.reasons | ({"": read.reason} if read.reason else {}),
        "troubles": [astuple(each) for each in read.troubles],
        "notes": [astuple(each) for each in read.notes],
        "wrong": bool(read.troubles),
        "outcome": "",
        "said": "",
    }


def forget_rows(session: Session, import_id: UUID) -> None:
    """Take out what an earlier try of the check left."""
    session.execute(delete(ReportImportRow).where(ReportImportRow.import_id == import_id))


def figures_of(row: ReportImportRow) -> dict[str, Decimal | None]:
    """Return what a row says by indicator."""
    return {
        code: None if text is None else Decimal(text) for code, (text, *_at) in row.figures.items()
    }


def reasons_for(row: ReportImportRow, found: Iterable[rules.Finding]) -> dict[str, str]:
    """Return the reasons a row gives: those of its figures, and one for all that asks for one."""
    given = {code: text for code, text in row.reasons.items() if code}
    whole = row.reasons.get("")
    if whole:
        soft = {each.field for each in found if each.severity is not rules.Severity.ERROR}
        given |= {field: whole for field in soft if field not in given}
    return given


def note_findings(
    row: ReportImportRow, found: Sequence[rules.Finding], names: Mapping[str, str]
) -> None:
    """Write the rules a row breaks beside its cells; a soft one is quiet with a reason."""
    reasons = reasons_for(row, [])
    troubles, notes = list(row.troubles), list(row.notes)
    for each in found:
        soft = each.severity is not rules.Severity.ERROR
        if soft and (row.reasons.get("") or each.field in reasons):
            continue
        cell = row.figures[each.field][1] if each.field in row.figures else row.place
        said = rules.said(each, names)
        if each.severity is rules.Severity.REASON:
            said = _("%(said)s If it is right so, write why in the column of reasons.", said=said)
        listed = notes if each.severity is rules.Severity.WARNING else troubles
        listed.append((cell, each.field, said))
    row.troubles, row.notes, row.wrong = troubles, notes, bool(troubles)


def file_all(
    session: Session, attempt: Attempt, import_id: UUID, order: schemas.PutImportApplication, *,
    actor_id: UUID, claims: bool = False,
) -> Receipt:  # fmt: skip
    """Have the rows of a checked table filed in the background.

    Raises IllegalTransition before the check is over, Invalid while something is wrong that
    was not left out on purpose.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.import_of(session, import_id, actor_id=actor_id, claims=claims, lock=True)
    if found.checked_at is None or found.applied_at or session.get(JobRow, filing_of(import_id)):
        raise IllegalTransition(_("This table is not waiting to be filed."))
    if found.problems:
        raise Invalid(_("Something is wrong with the file as a whole. Put it right first."))
    if found.wrong and not order.leave_out:
        raise Invalid(_("%(wrong)d rows are wrong. Correct them, or leave them out.",
                        wrong=found.wrong))  # fmt: skip
    session.execute(
        update(ReportImportRow)
        .where(ReportImportRow.import_id == import_id, ReportImportRow.wrong)
        .values(outcome=Outcome.LEFT_OUT)
    )
    _queue(session, filing_of(import_id), import_id, FILE, actor_id)
    _say(session, _asked(found, filing=True), actor_id)
    return receipts.keep(session, attempt, revision=1)


def cancel(
    session: Session, attempt: Attempt, import_id: UUID, *, actor_id: UUID, claims: bool = False
) -> Receipt:
    """Stop an import after its present batch; rows already filed stay, each as it says."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    queries.import_of(session, import_id, actor_id=actor_id, claims=claims, lock=True)
    going = [each for each in (import_id, filing_of(import_id)) if _goes(session, each)]
    if not going:
        raise IllegalTransition(_("Nothing is going on that could be cancelled."))
    for each in going:
        jobs.cancel(session, each)
    stopped = events.ClaimImportCancelled if claims else events.ImportCancelled
    _say(session, stopped(import_id), actor_id)
    return receipts.keep(session, attempt, revision=1)


def _goes(session: Session, job_id: UUID) -> bool:
    job = session.get(JobRow, job_id)
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def file_row(
    session: Session, found: ReportImport, row: ReportImportRow, *, area: AreaNode,
    disaster: Disaster, form: Mapping[str, Field],
) -> None:  # fmt: skip
    """File one row through the ordinary service and note what became of it.

    Its id follows from the table and the row, so that no row is filed twice. A row over a
    report that came with an earlier table of the same person follows that one; over any other
    it is a rival. What the table has no column for is taken over from the report before.
    """
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=found.round
    )
    figures, base = figures_of(row), None
    if standing is not None:
        stands = queries.values_of(session, standing.id, form)
        if rules.says_nothing_new(figures, stands):
            row.outcome, row.report_id = Outcome.UNCHANGED, standing.id
            return
        if queries.came_with_table(session, standing.id, actor_id=found.actor_id):
            base, carried = standing.id, rules.carried_codes(standing.carried)
            figures = {code: v for code, v in stands.items() if code not in carried} | figures
    checked = queries.Checked(
        disaster=disaster, area=area, form=form, values=figures, round=found.round,
        as_of=found.as_of, kind=found.kind, no_change=False, reasons={}, base_id=base, partial=True,
    )  # fmt: skip
    order = _order(session, found, row, checked)
    digest = hashlib.sha256(order.model_dump_json().encode()).hexdigest()
    made = uuid5(found.id, str(row.number))
    attempt = Attempt(id=made, base=str(base or ""), digest=digest)
    try:
        receipt = put_report(
            session, attempt, order, area=area, disaster=disaster, actor_id=found.actor_id
        )
    except ReliefError as error:
        refuse(row, error)
        return
    row.report_id = made
    row.outcome = Outcome.REVISED if base else Outcome.STORED
    if receipt.rival_of:
        row.outcome = Outcome.RIVAL


def _order(
    session: Session, found: ReportImport, row: ReportImportRow, checked: queries.Checked
) -> schemas.PutReport:
    """Return a row as a report, with the reasons it gives for what the rules ask."""
    asked = queries.findings_of_many(session, [checked])[0] if row.reasons else []
    told = schemas.EnteredFor(told_by=found.source[:64], means=rules.Means.WORKBOOK)
    return schemas.PutReport(
        disaster_id=checked.disaster.id, area_code=checked.area.code, round=found.round,
        kind=rules.RoundKind(found.kind), as_of=found.as_of, values=dict(checked.values),
        entered_for=told, reasons=reasons_for(row, asked), partial=True, base=checked.base_id,
    )  # fmt: skip


def refuse(row: ReportImportRow, error: ReliefError) -> None:
    """Note why a row could not be filed. What is no fault of the row is raised again."""
    if error.status >= 500:
        raise error
    told = [each.message for each in error.errors] if isinstance(error, Invalid) else []
    row.outcome, row.said = Outcome.REFUSED, " ".join([str(error), *told])[:LONGEST]


def finish(session: Session, found: ReportImport) -> None:
    """Say that every row was filed or refused, and let go of the file."""
    found.applied_at, found.data = clock.now(), None
    counted = queries.outcomes_of(session, found.id)
    stored = counted.get(Outcome.STORED, 0) + counted.get(Outcome.REVISED, 0)
    unchanged, rivals = counted.get(Outcome.UNCHANGED, 0), counted.get(Outcome.RIVAL, 0)
    refused = counted.get(Outcome.REFUSED, 0) + counted.get(Outcome.LEFT_OUT, 0)
    event: Event = events.ReportsImported(
        found.id, found.disaster_id, Code(found.round), stored, unchanged, rivals, refused
    )
    if source := found.figure_source:
        event = events.ClaimsImported(
            found.id, found.disaster_id, Code(source), stored, unchanged, refused
        )
    _say(session, event, found.actor_id)
