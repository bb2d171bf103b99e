"""Reading single forms: their figures, what stood beside these, their revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.queries import Field, form_of, signatures_of
from damage_reports.relief_work import rules
from damage_reports.relief_work.models import (
    ReliefWorkForm,
    ReliefWorkProposal,
    ReliefWorkSignature,
    ReliefWorkValue,
)
from damage_reports.relief_work.rules import Proposal
from damage_reports.rules import Signatures, unscaled
from relief_ops.db.sessions import standing
from relief_ops.disasters.models import Disaster
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _

Fields = Mapping[str, Field]
Values = dict[str, Decimal | None]
Proposals = Mapping[str, Collection[Proposal]]


def fields_of(session: Session, disaster: Disaster) -> dict[str, Field]:
    """Return the fields of the form's edition that goes with a disaster, in their order."""
    return form_of(session, rules.edition(disaster.form_version))


def find(session: Session, form_id: UUID) -> ReliefWorkForm | None:
    """Return one revision within the viewer's areas, or None."""
    return session.scalar(select(ReliefWorkForm).where(ReliefWorkForm.id == form_id))


def form(session: Session, form_id: UUID, *, lock: bool = False) -> ReliefWorkForm:
    """Return one revision within the viewer's areas. Raises NotFound."""
    statement = select(ReliefWorkForm).where(ReliefWorkForm.id == form_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(_("There is no such form, or not in your areas."))
    return found


def signatures(session: Session, form_id: UUID) -> Signatures:
    """Return who signed a revision: each stays as it was filed, so it is what was signed."""
    kept = ReliefWorkSignature
    return signatures_of(session, kept, kept.form_id == form_id)


def current_on_grain(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str
) -> ReliefWorkForm | None:
    """Return and lock the revision that stands for (disaster, area, round), if any."""
    return standing(
        session,
        select(ReliefWorkForm)
        .where(
            ReliefWorkForm.disaster_id == disaster_id,
            ReliefWorkForm.area_id == area_id,
            ReliefWorkForm.round == round_,
            ReliefWorkForm.current,
        )
        .with_for_update(),
    )


def latest_before(
    session: Session, *, disaster_id: UUID, area_id: UUID, other_than: str
) -> ReliefWorkForm | None:
    """Return the area's standing form of another round with the latest figures."""
    return session.scalar(
        select(ReliefWorkForm)
        .where(
            ReliefWorkForm.disaster_id == disaster_id,
            ReliefWorkForm.area_id == area_id,
            ReliefWorkForm.round != other_than,
            ReliefWorkForm.current,
        )
        .order_by(ReliefWorkForm.as_of.desc(), ReliefWorkForm.received_at.desc())
        .limit(1)
    )


def values_of(session: Session, form_id: UUID, fields: Fields) -> Values:
    """Return a revision's figures in their own units; None is unknown, absent was left open."""
    return values_of_many(session, [form_id], fields)[form_id]


def values_of_many(
    session: Session, form_ids: Iterable[UUID], fields: Fields
) -> dict[UUID, Values]:
    """Return many revisions' figures, as `values_of` does for one."""
    by_id, wanted = {each.id: each for each in fields.values()}, list(form_ids)
    found: dict[UUID, Values] = {each: {} for each in wanted}
    rows = session.scalars(select(ReliefWorkValue).where(ReliefWorkValue.form_id.in_(wanted)))
    for row in rows:
        if field := by_id.get(row.indicator_id):
            known = None if row.value is None else unscaled(row.value, scale=field.scale)
            found[row.form_id][field.code] = known
    return found


def proposals_of(session: Session, form_id: UUID, fields: Fields) -> dict[str, list[Proposal]]:
    """Return what was proposed by figure when a revision was filed."""
    by_id = {each.id: each for each in fields.values()}
    found: dict[str, list[Proposal]] = defaultdict(list)
    rows = session.scalars(
        select(ReliefWorkProposal)
        .where(ReliefWorkProposal.form_id == form_id)
        .order_by(ReliefWorkProposal.source)
    )
    for row in rows:
        if field := by_id.get(row.indicator_id):
            value = unscaled(row.value, scale=field.scale)
            found[field.code].append(Proposal(row.source, value, row.as_of))
    return dict(found)


def revisions(session: Session, found: ReliefWorkForm) -> list[ReliefWorkForm]:
    """Return every revision of the same county and round, the latest first."""
    return list(
        session.scalars(
            select(ReliefWorkForm)
            .where(
                ReliefWorkForm.disaster_id == found.disaster_id,
                ReliefWorkForm.area_id == found.area_id,
                ReliefWorkForm.round == found.round,
            )
            .order_by(ReliefWorkForm.revision.desc())
        )
    )


def received(
    session: Session, disaster_id: UUID, *, within: frozenset[UUID], most: int = 40
) -> list[ReliefWorkForm]:
    """Return the latest revisions received in some areas."""
    return list(
        session.scalars(
            select(ReliefWorkForm)
            .where(ReliefWorkForm.disaster_id == disaster_id, ReliefWorkForm.area_id.in_(within))
            .order_by(ReliefWorkForm.received_at.desc(), ReliefWorkForm.id.desc())
            .limit(most)
        )
    )


def shown(
    session: Session, found: ReliefWorkForm, fields: Fields, tree: AreaTree
) -> dict[str, Any]:
    """Return a revision as the API shows it."""
    values = values_of(session, found.id, fields)
    proposed = proposals_of(session, found.id, fields)
    signed = signatures(session, found.id)
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "round": found.round,
        "as_of": found.as_of,
        "received_at": found.received_at,
        "revision": found.revision,
        "base": found.base_id,
        "current": found.current,
        "reasons": found.reasons,
        "values": plain(values, fields),
        "proposals": shown_proposals(proposed, fields),
        "choices": rules.choices(values, proposed),
        "stage": signed.stage,
        "sent_at": signed.sent_at,
        "outstanding": signed.outstanding,
        "signatures": [
            {"role": each.role, "by_telephone": each.by_telephone, "at": each.at}
            for each in signed.given
        ],
    }


def plain(values: Mapping[str, Decimal | None], fields: Fields) -> dict[str, Any]:
    """Return figures as the API gives them."""
    return {
        code: None if value is None else fields[code].plain(value)
        for code, value in values.items()
        if code in fields
    }


def shown_proposals(proposed: Proposals, fields: Fields) -> dict[str, list[dict[str, Any]]]:
    """Return what is proposed by figure, as the API gives it."""
    return {
        code: [
            {
                "source": each.source,
                "value": fields[code].plain(each.value),
                "as_of": each.as_of,
            }
            for each in found
        ]
        for code, found in proposed.items()
    }
