"""Entering policies; registering, surveying, approving and paying claims."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import update
from sqlalchemy.orm import Session

from damage_reports.insurance import events, queries, rules, schemas
from damage_reports.insurance.models import InsuranceClaim, InsurancePolicy, InsuranceSection
from damage_reports.insurance.rules import State
from relief_ops import clock, receipts
from relief_ops.cases import queries as cases
from relief_ops.disasters import queries as disasters
from relief_ops.errors import (
    BaseRequired,
    BodyDiffers,
    FieldError,
    Forbidden,
    IllegalTransition,
    Invalid,
)
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_policy(
    session: Session, attempt: Attempt, order: schemas.PutPolicy, *, actor_id: UUID
) -> Receipt:
    """Enter a policy period or correct it. Raises Invalid for a limit under what is used."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    known = queries.find_policy(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    row = known or InsurancePolicy(id=attempt.id, drill_id=order.drill_id)
    if row.drill_id != order.drill_id:
        raise Invalid(_("A policy stays in its drill."))
    row.title, row.source, row.revision = order.title, order.source, revision
    row.starts_on, row.ends_on = order.starts_on, order.ends_on
    row.premium_fen = int(order.premium_yuan * 100)
    row.tiers = [_stored(tier.plain()) for tier in order.tiers]
    session.add(row)
    session.flush()
    _write_sections(session, row, order.sections)
    event = events.PolicyWritten(row.id, revision)
    record(session, event, actor_id=actor_id, subject=row.id)
    return receipts.keep(session, attempt, revision=revision)


def _write_sections(session: Session, policy: InsurancePolicy, sent: list[schemas.Section]) -> None:
    known = {each.code: each for each in queries.sections(session, policy.id, lock=True)}
    for section in sent:
        row = known.pop(section.code, None) or InsuranceSection(
            id=uuid6.uuid7(), policy_id=policy.id, code=section.code, used_fen=0
        )
        row.limit_fen = int(section.limit_yuan * 100)
        row.per_claim_max_fen = int(section.per_claim_max_yuan * 100)
        if row.limit_fen < row.used_fen:
            message = _("More than this limit has already been used.")
            raise Invalid(message, [FieldError("sections", "used", message)])
        session.add(row)
    if known:
        message = _("A section of a policy cannot be taken away.")
        raise Invalid(message, [FieldError("sections", "missing", message)])
    session.flush()


def _stored(tier: rules.Tier) -> dict[str, Any]:
    return {
        "from_cm": str(tier.from_cm),
        "to_cm": None if tier.to_cm is None else str(tier.to_cm),
        "from_included": tier.from_included,
        "to_included": tier.to_included,
        "amount_fen": tier.amount_fen,
    }


def load_policies(session: Session, path: Path) -> int:
    """Load the policy periods of a JSON file that are not there yet; return how many."""
    fresh = 0
    for said in json.loads(path.read_text("utf-8")):
        policy_id = UUID(said["id"])
        if queries.find_policy(session, policy_id):
            continue
        fresh += 1
        _load_one(session, policy_id, said)
        record(session, events.PolicyWritten(policy_id, 1), actor_id=None, subject=policy_id)
    return fresh


def _load_one(session: Session, policy_id: UUID, said: dict[str, Any]) -> None:
    session.add(
        InsurancePolicy(
            id=policy_id,
            drill_id=None,
            title=said["title"],
            starts_on=date.fromisoformat(said["starts_on"]),
            ends_on=date.fromisoformat(said["ends_on"]),
            premium_fen=said["premium_fen"],
            tiers=said["tiers"],
            source=said["source"],
            revision=1,
        )
    )
    session.flush()
    for section in said["sections"]:
        session.add(InsuranceSection(id=uuid6.uuid7(), policy_id=policy_id, used_fen=0, **section))
    session.flush()


def put_claim(
    session: Session, attempt: Attempt, order: schemas.PutClaim, *, actor_id: UUID
) -> Receipt:
    """Register a household's claim, or survey it (If-Match): the tier gives what is due."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    known = queries.find_claim(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    if known is None:
        _register(session, attempt.id, order, actor_id=actor_id)
    else:
        _survey(session, known, order, revision=revision, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _register(session: Session, claim_id: UUID, order: schemas.PutClaim, *, actor_id: UUID) -> None:
    household = cases.household(session, order.household_id)
    disaster = disasters.disaster(session, order.disaster_id)
    policy = queries.policy(session, order.policy_id)
    occurred_on = order.occurred_on or clock.local_date(disaster.started_at)
    _check(session, order, policy, occurred_on, drill_id=household.drill_id)
    section = _section(session, policy, order.section)
    row = InsuranceClaim(
        id=claim_id,
        area_id=household.area_id,
        drill_id=household.drill_id,
        policy_id=policy.id,
        section_id=section.id,
        household_id=household.id,
        disaster_id=disaster.id,
        occurred_on=occurred_on,
        registered_at=disasters.now_of(session, disaster),
        registered_by=actor_id,
        amount_fen=0,
        revision=1,
    )
    _measure(row, order, policy, section)
    session.add(row)
    session.flush()
    event = events.ClaimRegistered(row.id, policy.id, State(row.state), row.due_fen)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])


def _check(
    session: Session,
    order: schemas.PutClaim,
    policy: InsurancePolicy,
    occurred_on: date,
    *,
    drill_id: UUID | None,
) -> None:
    """Refuse a second claim, a day outside the period, and a drill's claim on a real policy."""
    problems = []
    if queries.claim_of(session, policy.id, order.household_id, order.disaster_id):
        message = _("This household already has a claim in this disaster.")
        problems.append(FieldError("household_id", "claimed", message))
    if not policy.starts_on <= occurred_on <= policy.ends_on:
        message = _("The policy was not in force on that day.")
        problems.append(FieldError("occurred_on", "period", message))
    if policy.drill_id != drill_id:
        message = _("A drill's claims need a drill's policy, and real ones a real policy.")
        problems.append(FieldError("policy_id", "drill", message))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _section(session: Session, policy: InsurancePolicy, code: str) -> InsuranceSection:
    for each in queries.sections(session, policy.id):
        if each.code == code:
            return each
    message = _("The policy has no section %(code)s.", code=code)
    raise Invalid(message, [FieldError("section", "unknown", message)])


def _measure(
    row: InsuranceClaim,
    order: schemas.PutClaim,
    policy: InsurancePolicy,
    section: InsuranceSection,
) -> None:
    """Take the surveyed depth over, and with it what the tier gives."""
    if order.depth_cm is None:
        row.depth_mm, row.due_fen, row.state = None, 0, State.REPORTED.value
        return
    row.depth_mm = int(order.depth_cm * 10)
    due_fen = rules.amount_fen(order.depth_cm, queries.tiers_of(policy))
    row.due_fen = min(due_fen, section.per_claim_max_fen)
    row.state = State.SURVEYED.value


def _survey(
    session: Session,
    row: InsuranceClaim,
    order: schemas.PutClaim,
    *,
    revision: int,
    actor_id: UUID,
) -> None:
    same = (row.policy_id, row.household_id, row.disaster_id)
    if (order.policy_id, order.household_id, order.disaster_id) != same:
        raise Invalid(_("A claim stays with its policy, household and disaster."))
    if not rules.may_follow(State(row.state), State.SURVEYED) or order.depth_cm is None:
        raise IllegalTransition(_("This claim cannot be surveyed any more."))
    policy = queries.policy(session, row.policy_id)
    _measure(row, order, policy, _section(session, policy, order.section))
    row.revision = revision
    event = events.ClaimSurveyed(row.id, row.due_fen, revision)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])


def put_state(
    session: Session, attempt: Attempt, order: schemas.PutState, *, actor_id: UUID
) -> Receipt:
    """Take a claim one stage further. Who registered it never approves it."""
    if not attempt.edit:
        raise BaseRequired(_("Say which revision you changed (If-Match)."))
    if receipt := receipts.replay(session, attempt):
        return receipt
    row = queries.claim(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, row.revision)
    if order.state is State.SURVEYED or not rules.may_follow(State(row.state), order.state):
        raise IllegalTransition(_("From here the claim cannot go there."))
    row.state, row.revision = order.state.value, revision
    if order.state is State.APPROVED:
        _approve(session, row, actor_id=actor_id)
    else:
        event = events.ClaimMoved(row.id, order.state, revision)
        record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _approve(session: Session, row: InsuranceClaim, *, actor_id: UUID) -> None:
    """Take the claim from the section's limit: whole, or what is left of it."""
    if actor_id == row.registered_by:
        raise Forbidden(_("Who registered a claim does not approve it. Ask a colleague."))
    section = queries.section(session, row.section_id)
    drawn = rules.draw(row.due_fen, limit_fen=section.limit_fen, used_fen=section.used_fen)
    row.amount_fen = drawn.paid_fen
    disaster = disasters.disaster(session, row.disaster_id)
    row.approved_by, row.approved_at = actor_id, disasters.now_of(session, disaster)
    _use(session, section, drawn.paid_fen)
    event = events.ClaimApproved(
        row.id,
        Code(section.code),
        drawn.paid_fen,
        drawn.cut_fen,
        section.used_fen + drawn.paid_fen,
    )
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])


def _use(session: Session, section: InsuranceSection, amount_fen: int) -> None:
    """Add to what is used, only while it stays within the limit."""
    table = InsuranceSection
    changed = session.execute(
        update(table)
        .where(table.id == section.id, table.used_fen + amount_fen <= table.limit_fen)
        .values(used_fen=table.used_fen + amount_fen),
        execution_options={"synchronize_session": False},
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise BodyDiffers(_("The limit was used up by another claim. Please try again."))
