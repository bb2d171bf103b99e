"""Filing a form: what is proposed stays proposed until a person takes it or writes another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries import Field
from damage_reports.relief_work import events, queries, rules, schemas
from damage_reports.relief_work.models import (
    ReliefWorkForm,
    ReliefWorkProposal,
    ReliefWorkSignature,
    ReliefWorkValue,
)
from damage_reports.relief_work.rules import Choice, Proposal
from damage_reports.rules import scaled
from damage_reports.schemas import PutSignature
from damage_reports.services import check_signature
from damage_reports.services.filing import AHEAD
from damage_reports.services.guarding import over
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, FieldError, Invalid, StaleBase
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

BEFORE = timedelta(days=3)
Fields = Mapping[str, Field]
Values = dict[str, Decimal | None]
Proposals = Mapping[str, Collection[Proposal]]


@dataclass(frozen=True)
class Filing:
    """One form on its way in: what was sent, what is proposed, and what stands there."""

    id: UUID
    order: schemas.PutForm
    values: Values
    proposed: Proposals
    area: AreaNode
    disaster: Disaster
    fields: Fields
    standing: ReliefWorkForm | None
    received_at: datetime
    actor_id: UUID


def put_form(
    session: Session, attempt: Attempt, order: schemas.PutForm, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """File a revision of a county's form for one round, and keep beside it what was proposed.

    Raises StaleBase when `base` is not the revision that stands, or none is named where one
    stands; Invalid naming every figure that cannot be taken, what changed meanwhile included.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    now = disasters.now_of(session, disaster)
    fields = queries.fields_of(session, disaster)
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=order.round
    )
    proposed = queries.proposals(session, disaster, area.id, fields, at=now)
    values = _read(order, fields)
    _check_time_and_place(session, order, area, now, disaster)
    _check_base(session, order, standing, values, fields)
    _check_taken(order, values, proposed)
    _check_parts(values, fields)
    filing = Filing(
        attempt.id, order, values, proposed, area, disaster, fields, standing, now, actor_id
    )
    row = _store(session, filing)
    _say(session, row, filing)
    return receipts.keep(session, attempt, revision=row.revision)


def _read(order: schemas.PutForm, fields: Fields) -> Values:
    """Return what was written and what was taken. Raises Invalid naming every bad figure."""
    problems: list[FieldError] = []
    written = _parsed("values", order.values, fields, problems)
    taken = _parsed("taken", order.taken, fields, problems)
    problems += [
        _error(f"values.{code}", "either")
        for code in written.keys() & taken.keys()
        if written[code] != taken[code]
    ]
    if not written and not taken and not problems:
        problems.append(FieldError("values", "missing", _("Give or take at least one figure.")))
    if problems:
        raise Invalid(_("Some figures need another look."), problems)
    return written | taken


def _parsed(
    where: str, given: Mapping[str, Any], fields: Fields, problems: list[FieldError]
) -> Values:
    values: Values = {}
    for code, figure in given.items():
        name = f"{where}.{code}"
        if code not in fields:
            unknown = _("This form does not ask for that.")
            problems.append(FieldError(name, "unknown_indicator", unknown))
            continue
        try:
            values[code] = rules.parse(figure, nature=fields[code].nature, scale=fields[code].scale)
        except ValueError as error:
            problems.append(_error(name, str(error)))
    return values


def _error(field: str, code: str) -> FieldError:
    return FieldError(field, code, rules.explain(code))


def _check_time_and_place(
    session: Session, order: schemas.PutForm, area: AreaNode, now: datetime, disaster: Disaster
) -> None:
    problems = disasters.outside(session, disaster, area) + over(disaster)
    if area.level != Level.COUNTY:
        problems.append(
            FieldError("area_code", "level", _("Counties file this form; others add up."))
        )
    if order.as_of > now + AHEAD:
        problems.append(
            FieldError("as_of", "future", _("The figures cannot be of a time still to come."))
        )
    if order.as_of < disaster.started_at - BEFORE:
        problems.append(FieldError("as_of", "early", _("This is long before the disaster began.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _check_base(
    session: Session, order: schemas.PutForm, standing: ReliefWorkForm | None, values: Values,
    fields: Fields,
) -> None:  # fmt: skip
    if order.base == (standing.id if standing else None):
        return
    base = _base_values(session, order, fields)
    theirs = queries.values_of(session, standing.id, fields) if standing else {}
    found = {code: (base.get(code), theirs.get(code), values.get(code)) for code in fields}
    differing = [
        FieldConflict(code, *(each if each is None else fields[code].plain(each) for each in three))
        for code, three in found.items()
        if len(set(three)) > 1
    ]
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(
        _("Somebody filed a newer version meanwhile. Compare both and send again."),
        current=current, fields=differing,
    )  # fmt: skip


def _base_values(session: Session, order: schemas.PutForm, fields: Fields) -> Values:
    """Return the figures of what `base` names, where it is a form the viewer may see."""
    seen = queries.find(session, order.base) if order.base else None
    return queries.values_of(session, seen.id, fields) if seen else {}


def _check_taken(order: schemas.PutForm, values: Values, proposed: Proposals) -> None:
    """Refuse what was taken over as it no longer is: nobody has seen the figure of now."""
    problems = [
        _error(f"taken.{code}", "changed_meanwhile")
        for code in order.taken
        if all(each.value != values[code] for each in proposed.get(code, ()))
    ]
    if problems:
        raise Invalid(_("What is proposed changed meanwhile."), problems)


def _check_parts(values: Values, fields: Fields) -> None:
    wrong = rules.contradictions(values, {code: each.part_of for code, each in fields.items()})
    if wrong:
        problems = [_error(f"values.{code}", "parts") for code in wrong]
        raise Invalid(_("These figures contradict each other."), problems)


def _store(session: Session, filing: Filing) -> ReliefWorkForm:
    order, standing = filing.order, filing.standing
    if standing is not None:
        standing.current = False
        session.flush()
    row = ReliefWorkForm(
        id=filing.id, disaster_id=filing.disaster.id, area_id=filing.area.id, round=order.round,
        as_of=order.as_of, received_at=filing.received_at,
        revision=standing.revision + 1 if standing else 1, base_id=order.base, current=True,
        form_version=rules.edition(filing.disaster.form_version), author_id=filing.actor_id,
        reasons={code: each.strip() for code, each in order.reasons.items() if each.strip()},
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(_values(filing))
    session.add_all(_proposals(filing))
    return row


def _values(filing: Filing) -> list[ReliefWorkValue]:
    return [
        ReliefWorkValue(
            form_id=filing.id, indicator_id=filing.fields[code].id,
            value=None if value is None else scaled(value, scale=filing.fields[code].scale),
        )
        for code, value in filing.values.items()
    ]  # fmt: skip


def _proposals(filing: Filing) -> list[ReliefWorkProposal]:
    return [
        ReliefWorkProposal(
            form_id=filing.id, indicator_id=filing.fields[code].id, source=each.source,
            value=scaled(each.value, scale=filing.fields[code].scale), as_of=each.as_of,
        )
        for code, found in filing.proposed.items()
        for each in found
    ]  # fmt: skip


def put_signature(
    session: Session, attempt: Attempt, order: PutSignature, *, form: ReliefWorkForm,
    disaster: Disaster, area: AreaNode, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Sign a revision, or note who gave their word by telephone; the signature follows later.

    Raises Forbidden when whoever filed it signs, IllegalTransition for a form that was replaced
    or a role that has signed, Invalid for a word by telephone from nobody.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    given = queries.signatures(session, form.id).given if form.current else None
    check_signature(order, given, prepared_by=form.author_id, actor_id=actor_id)
    session.add(
        ReliefWorkSignature(
            id=attempt.id, form_id=form.id, role=order.role, by_telephone=order.by_telephone,
            told_by=order.told_by.strip(), actor_id=actor_id,
            at=disasters.now_of(session, disaster),
        )
    )  # fmt: skip
    event = events.ReliefWorkSigned(
        form.id, disaster.id, Code(area.code), Code(form.round), Code(order.role),
        Code("telephone" if order.by_telephone else "in_person"),
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=form.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def _say(session: Session, row: ReliefWorkForm, filing: Filing) -> None:
    made = Counter(rules.choices(filing.values, filing.proposed).values())
    event = events.ReliefWorkFiled(
        row.id, row.disaster_id, Code(filing.area.code), Code(row.round), row.as_of, row.revision,
        made[Choice.TAKEN], made[Choice.CHANGED], made[Choice.LEFT],
    )  # fmt: skip
    record(session, event, actor_id=filing.actor_id, subject=row.id, areas=[filing.area.id])
