"""Reading policies, limits and claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from damage_reports.insurance import rules
from damage_reports.insurance.models import InsuranceClaim, InsurancePolicy, InsuranceSection
from damage_reports.insurance.rules import State
from relief_ops import geo, parameters
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _

ANY_DRILL = {"any_drill": True}
ALARM_PERCENT = Decimal(80)


def find_policy(session: Session, policy_id: UUID, *, lock: bool = False) -> InsurancePolicy | None:
    """Return a policy of any drill, or None."""
    statement = _locked(select(InsurancePolicy).where(InsurancePolicy.id == policy_id), lock)
    found: InsurancePolicy | None = session.scalar(statement, execution_options=ANY_DRILL)
    return found


def policy(session: Session, policy_id: UUID) -> InsurancePolicy:
    """Return a policy of any drill. Raises NotFound."""
    found = find_policy(session, policy_id)
    if found is None:
        raise NotFound(_("There is no such policy."))
    return found


def policies(session: Session) -> Sequence[InsurancePolicy]:
    """Return the policies of the register looked at, then the real ones, the latest first."""
    drill_id = session.info.get("drill_id")
    statement = (
        select(InsurancePolicy)
        .where(
            InsurancePolicy.drill_id.is_(None)
            if drill_id is None
            else (InsurancePolicy.drill_id == drill_id) | InsurancePolicy.drill_id.is_(None)
        )
        .order_by(InsurancePolicy.drill_id.is_(None), InsurancePolicy.starts_on.desc())
    )
    return session.scalars(statement, execution_options=ANY_DRILL).all()


def sections(
    session: Session, policy_id: UUID, *, lock: bool = False
) -> Sequence[InsuranceSection]:
    """Return a policy's sections by code."""
    statement = select(InsuranceSection).where(InsuranceSection.policy_id == policy_id)
    return session.scalars(_locked(statement.order_by(InsuranceSection.code), lock)).all()


def section(session: Session, section_id: UUID) -> InsuranceSection:
    """Return a section as it is now, locked: its limit is what claims race for."""
    statement = select(InsuranceSection).where(InsuranceSection.id == section_id)
    return session.scalars(
        statement.with_for_update(), execution_options={"populate_existing": True}
    ).one()


def find_claim(session: Session, claim_id: UUID, *, lock: bool = False) -> InsuranceClaim | None:
    """Return a claim the viewer may see, of any drill, or None."""
    statement = _locked(select(InsuranceClaim).where(InsuranceClaim.id == claim_id), lock)
    found: InsuranceClaim | None = session.scalar(statement, execution_options=ANY_DRILL)
    return found


def claim(session: Session, claim_id: UUID, *, lock: bool = False) -> InsuranceClaim:
    """Return a claim the viewer may see. Raises NotFound."""
    found = find_claim(session, claim_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such claim, or not in your areas."))
    return found


def claim_of(
    session: Session, policy_id: UUID, household_id: UUID, disaster_id: UUID
) -> UUID | None:
    """Return the claim a household already has in a disaster under a policy."""
    statement = select(InsuranceClaim.id).where(
        InsuranceClaim.policy_id == policy_id,
        InsuranceClaim.household_id == household_id,
        InsuranceClaim.disaster_id == disaster_id,
    )
    found: UUID | None = session.scalar(
        statement, execution_options=ANY_DRILL | {"scope": "shared"}
    )
    return found


def claims(
    session: Session,
    policy_id: UUID,
    *,
    state: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[InsuranceClaim]:
    """Return a policy's claims, the latest first."""
    statement = select(InsuranceClaim).where(InsuranceClaim.policy_id == policy_id)
    if state:
        statement = statement.where(InsuranceClaim.state == state)
    order = (InsuranceClaim.registered_at.desc(), InsuranceClaim.id)
    return session.scalars(statement.order_by(*order).limit(limit).offset(offset)).all()


def counts(session: Session, policy_id: UUID) -> dict[State, int]:
    """Return how many claims stand in each state; states without any are 0."""
    statement = (
        select(InsuranceClaim.state, func.count())
        .where(InsuranceClaim.policy_id == policy_id)
        .group_by(InsuranceClaim.state)
    )
    found = {state: count for state, count in session.execute(statement)}
    return {state: found.get(state.value, 0) for state in State}


def approved_fen(session: Session, section_id: UUID) -> int:
    """Return the sum of what was approved under a section, everywhere."""
    statement = select(func.coalesce(func.sum(InsuranceClaim.amount_fen), 0)).where(
        InsuranceClaim.section_id == section_id
    )
    total = session.scalar(statement, execution_options=ANY_DRILL | {"scope": "shared"})
    return int(total or 0)


def limits_that_disagree(session: Session) -> list[str]:
    """Return the sections whose used limit is not the sum of their approved claims."""
    wrong = []
    for each in session.scalars(select(InsuranceSection)):
        total = approved_fen(session, each.id)
        if total != each.used_fen:
            wrong.append(f"insurance section {each.id}: used {each.used_fen}, approved {total}")
    return wrong


def tiers_of(row: InsurancePolicy) -> list[rules.Tier]:
    """Return a policy's tiers as the rules read them."""
    return [
        rules.Tier(
            from_cm=Decimal(tier["from_cm"]),
            to_cm=None if tier["to_cm"] is None else Decimal(tier["to_cm"]),
            from_included=tier["from_included"],
            to_included=tier["to_included"],
            amount_fen=tier["amount_fen"],
        )
        for tier in row.tiers
    ]


def alarm_percent(session: Session, on: date) -> Decimal:
    """Return the share of a limit at which to raise the alarm."""
    found = parameters.values(session, ["insurance.limit_alarm_percent"], on=on)
    figure = found.get("insurance.limit_alarm_percent")
    return figure.value if figure else ALARM_PERCENT


def shown_policy(session: Session, row: InsurancePolicy) -> dict[str, Any]:
    """Return a policy with its tiers and what is used of its limits, in yuan."""
    alarm = alarm_percent(session, row.starts_on)
    return {
        "id": row.id,
        "title": row.title,
        "drill": row.drill_id is not None,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "premium_yuan": yuan(row.premium_fen),
        "source": row.source,
        "tiers": [_shown_tier(tier) for tier in tiers_of(row)],
        "sections": [_shown_section(each, alarm) for each in sections(session, row.id)],
        "revision": row.revision,
    }


def _shown_tier(tier: rules.Tier) -> dict[str, Any]:
    return {
        "from_cm": tier.from_cm,
        "to_cm": tier.to_cm,
        "from_included": tier.from_included,
        "to_included": tier.to_included,
        "amount_yuan": yuan(tier.amount_fen),
    }


def _shown_section(row: InsuranceSection, alarm: Decimal) -> dict[str, Any]:
    near = rules.is_near_limit(used_fen=row.used_fen, limit_fen=row.limit_fen, alarm_percent=alarm)
    return {
        "code": row.code,
        "limit_yuan": yuan(row.limit_fen),
        "used_yuan": yuan(row.used_fen),
        "left_yuan": yuan(row.limit_fen - row.used_fen),
        "per_claim_max_yuan": yuan(row.per_claim_max_fen),
        "near_limit": near,
    }


def shown_claim(session: Session, row: InsuranceClaim) -> dict[str, Any]:
    """Return a claim; the household is named by its id only."""
    return {
        "id": row.id,
        "policy_id": row.policy_id,
        "household_id": row.household_id,
        "disaster_id": row.disaster_id,
        "area_code": geo.tree(session).node(row.area_id).code,
        "drill": row.drill_id is not None,
        "occurred_on": row.occurred_on,
        "depth_cm": None if row.depth_mm is None else Decimal(row.depth_mm) / 10,
        "due_yuan": yuan(row.due_fen),
        "amount_yuan": yuan(row.amount_fen),
        "state": row.state,
        "registered_at": row.registered_at,
        "revision": row.revision,
    }


def yuan(fen: int) -> Decimal:
    """Return fen as yuan."""
    return Decimal(fen) / 100


def _locked(statement: Select[Any], lock: bool) -> Select[Any]:
    return statement.with_for_update() if lock else statement
