"""Changing disasters, drills and responses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, geo, plugins, receipts
from relief_ops.auth import own_drill
from relief_ops.auth.home import own_root
from relief_ops.disasters import queries, schemas
from relief_ops.disasters.events import (
    DisasterChanged,
    DisasterOpened,
    DrillClockSet,
    DrillEnded,
    DrillStarted,
    ResponseSet,
)
from relief_ops.disasters.models import Disaster, Drill, ResponseChange
from relief_ops.disasters.parts import queries as parts
from relief_ops.disasters.rules import SUB_KINDS, Kind, State, may_become, state_words
from relief_ops.errors import FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_drill(
    session: Session, attempt: Attempt, order: schemas.PutDrill, *, actor_id: UUID
) -> Receipt:
    """Set up a drill with its clock standing at its start, or rename it."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    drill = session.get(Drill, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, drill.revision if drill else None)
    if drill is None:
        now = clock.now()
        drill = Drill(
            id=attempt.id,
            seed=order.seed,
            drill_start=order.drill_start,
            real_start=now,
            paused_at=now,
            speed=1,
            ended_at=None,
        )
        session.add(drill)
    drill.name, drill.storm_code, drill.revision = order.name, order.storm, revision
    drill.about, drill.about_en = order.about.strip(), order.about_en.strip()
    root = own_root(geo.tree(session)).id
    event = DrillStarted(drill.id, drill.seed)
    record(session, event, actor_id=actor_id, subject=drill.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


def set_clock(
    session: Session, attempt: Attempt, order: schemas.PutClock, *, actor_id: UUID
) -> Receipt:
    """Set a drill's clock. Without `drill_at` it goes on from where it is."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    drill = session.get(Drill, attempt.id, with_for_update=True)
    if drill is None:
        raise NotFound(_("There is no such drill."))
    revision = receipts.next_revision(attempt, drill.revision)
    if drill.ended_at is not None:
        raise IllegalTransition(_("This drill is over. Start a new one."))
    real = clock.now()
    drill.drill_start = order.drill_at or clock.now(drill)
    drill.real_start = real
    drill.speed = order.speed
    drill.paused_at = real if order.paused or order.ended else None
    drill.ended_at = real if order.ended else None
    drill.revision = revision
    root = own_root(geo.tree(session)).id
    event = DrillClockSet(drill.id, drill.drill_start, order.speed, order.paused)
    record(session, event, actor_id=actor_id, subject=drill.id, areas=[root])
    if order.ended:
        record(session, DrillEnded(drill.id), actor_id=actor_id, subject=drill.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


def put_disaster(
    session: Session, attempt: Attempt, order: schemas.PutDisaster, *, actor_id: UUID
) -> Receipt:
    """Open a disaster or change it. Raises IllegalTransition for a step its state forbids."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check(session, order)
    found = session.get(Disaster, attempt.id, with_for_update=True)
    if own_drill() not in (None, found.drill_id if found else order.drill_id):
        raise NotFound(_("There is no such disaster."))
    revision = receipts.next_revision(attempt, found.revision if found else None)
    opened = found is None
    if found is None:
        found = Disaster(id=attempt.id, drill_id=order.drill_id, state=State.ACTIVE)
    _check_step(session, found, order.state)
    before = _counted_by(found)
    _write(session, found, order, revision)
    if not opened and _counted_by(found) != before and parts.was_grouped(session, found.id):
        raise IllegalTransition(
            _("It was joined or split: its form, divisions and area stay as they are.")
        )
    session.add(found)
    event = (
        DisasterOpened(found.id, Kind(found.kind), found.drill_id is not None)
        if opened
        else DisasterChanged(found.id, State(found.state), revision)
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=revision)


def step(session: Session, found: Disaster, after: State, *, actor_id: UUID) -> None:
    """Bring a disaster to another state because of what was decided elsewhere.

    Raises IllegalTransition for a step its state forbids.
    """
    _check_step(session, found, after)
    found.state, found.revision = after, found.revision + 1
    event = DisasterChanged(found.id, after, found.revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])


def _check_step(session: Session, found: Disaster, after: State) -> None:
    """Refuse a step the state forbids, and to verify while somebody owes their verified table."""
    if not may_become(found.state, after):
        said, words = state_words(), _("A disaster cannot go from “%(before)s” to “%(after)s”.")
        raise IllegalTransition(words, before=said[found.state], after=said[after])
    if after == State.FINALISED != found.state:
        for may in plugins.contributed("may_finalise"):
            may(session, found)


def _counted_by(found: Disaster) -> tuple[Any, ...]:
    return found.form_version, found.division_date, found.area_id


def _check(session: Session, order: schemas.PutDisaster) -> None:
    """Refuse what lacks what its kind is known by (V25), an unknown drill, an end too early."""
    problems = _unnamed(order)
    known = queries.editions(session)
    if known and order.form_version not in known:
        words = _("There is no such edition of the form.")
        problems.append(FieldError("form_version", "unknown", words))
    if order.sub_kind and order.sub_kind not in SUB_KINDS.get(order.kind, ()):
        problems.append(FieldError("sub_kind", "choice", _("This kind has no such sub-kind.")))
    if order.drill_id and session.get(Drill, order.drill_id) is None:
        problems.append(FieldError("drill_id", "unknown", _("There is no such drill.")))
    if order.ended_at and order.ended_at < order.started_at:
        problems.append(FieldError("ended_at", "order", _("The end cannot be before the start.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _unnamed(order: schemas.PutDisaster) -> list[FieldError]:
    """Return what is missing of what a kind of disaster is known by (V25)."""
    found = []
    if order.kind == Kind.TYPHOON and not order.storm:
        found.append(FieldError("storm", "V25", _("A typhoon needs its number.")))
    if order.kind == Kind.EARTHQUAKE:
        for field in ("magnitude", "epicentre_lon", "epicentre_lat"):
            if getattr(order, field) is None:
                words = _("An earthquake needs its magnitude and its epicentre.")
                found.append(FieldError(field, "V25", words))
    return found


def _write(session: Session, found: Disaster, order: schemas.PutDisaster, revision: int) -> None:
    found.name, found.kind, found.sub_kind = order.name, order.kind, order.sub_kind
    found.storm_code, found.state = order.storm, order.state
    _write_shock(found, order)
    found.grade = order.grade or ""
    found.started_at, found.ended_at = order.started_at, order.ended_at
    today = clock.local_date(order.started_at)
    found.division_date = order.division_date or found.division_date or today
    found.form_version = order.form_version
    found.revision = revision
    tree = queries.division_tree(session, found)
    if not tree.roots:
        raise Invalid(_("No areas are known on the day whose divisions should count."))
    found.area_id = (
        queries.area_by_code(session, order.area_code, found).id
        if order.area_code
        else own_root(tree).id
    )


def _write_shock(found: Disaster, order: schemas.PutDisaster) -> None:
    """Keep magnitude and epicentre of an earthquake, and of nothing else."""
    found.magnitude_tenths = found.epicentre_lon = found.epicentre_lat = None
    if order.kind == Kind.EARTHQUAKE and order.magnitude is not None:
        found.magnitude_tenths = int(order.magnitude * 10)
        found.epicentre_lon, found.epicentre_lat = order.epicentre_lon, order.epicentre_lat


def put_response(
    session: Session, attempt: Attempt, disaster: Disaster, order: schemas.PutResponse, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Set a response level for an area; the history keeps every step."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    area = queries.area_by_code(session, order.area_code, disaster)
    session.add(
        ResponseChange(
            id=attempt.id,
            disaster_id=disaster.id,
            area_id=area.id,
            ladder=order.ladder,
            sector=order.sector,
            level=order.level,
            from_at=order.from_at,
            document=order.document,
            signed_by=order.signed_by,
            actor_id=actor_id,
        )
    )
    event = ResponseSet(disaster.id, Code(area.code), order.ladder, order.level, order.from_at)
    record(session, event, actor_id=actor_id, subject=disaster.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)
