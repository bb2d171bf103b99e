"""Steps of households: added, never changed; where somebody stands follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.auth import lookup
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.models import EvacuationOrder, EvacuationStep, ListedHousehold
from shelters.evacuation.rules import Said, State
from shelters.evacuation.services import standing
from shelters.evacuation.services.holding import hold_rows
from shelters.evacuation.services.words import explain, invalid

CLOCKS_APART = timedelta(minutes=10)
SEALED = ("note", "decided_by", "present")


class StandsElsewhere(IllegalTransition):
    """A household stood elsewhere than whoever took the step believed."""

    def __init__(self, message: str, stood: Said) -> None:
        super().__init__(message)
        self.stood = stood

    def extra(self) -> dict[str, Any]:
        """Return where it stood at that moment, and since when."""
        return {"stood": {"state": self.stood.state, "since": self.stood.since}}


def put_act(
    session: Session, attempt: Attempt, act: schemas.PutAct, *, order: EvacuationOrder,
    rows: Sequence[ListedHousehold], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say where held households stand now; all of them, or none.

    Raises IllegalTransition for a step that cannot follow, Invalid for one that says too little.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    now = disasters.now_of(session, disaster)
    at = act.at or now
    if at > now + CLOCKS_APART:
        words = _("This moment is still to come.")
        raise Invalid(words, [FieldError("at", "future", words)])
    known = queries.steps_of(session, order.id, [row.id for row in rows])
    others = [each for each in queries.orders(session, disaster.id) if each.id != order.id]
    _check(session, act, order, known, at=at)
    _not_home_too_early(session, act, others, rows)
    steps = {row.id: _step(attempt.id, act, order, row, at=at) for row in rows}
    for row in rows:
        steps[row.id].received_at, steps[row.id].actor_id = now, actor_id
        standing.keep(session, steps[row.id], row, known[row.id])
    standing.repeat(session, steps, rows, others)
    first = steps[rows[0].id]
    standing.say(session, order, disaster, rows, step=first, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def held(
    session: Session, order: EvacuationOrder, household_ids: Iterable[UUID]
) -> list[ListedHousehold]:
    """Return the rows of a list that an order moves, held until the transaction ends.

    Raises NotFound when one of them is not in the viewer's areas, or the order does not move it,
    IllegalTransition when one was taken off the list since.
    """
    disaster = disasters.disaster(session, order.disaster_id)
    words = _("This order does not move that household, or it is not in your areas.")
    moved = queries.moved(order.id)
    return hold_rows(session, disaster, household_ids, moved, missing=words)


def _check(
    session: Session, act: schemas.PutAct, order: EvacuationOrder,
    known: dict[UUID, list[EvacuationStep]], *, at: datetime,
) -> None:  # fmt: skip
    if act.shelter_id and not queries.shelter_names(session, [act.shelter_id]):
        raise invalid({"shelter_id": "unknown"})
    said = rules.Act(
        state=rules.outcome(act.state, read_back=act.read_back), means=act.means,
        compulsory=act.compulsory, decided_by=act.decided_by, present=act.present,
        lifted=order.returned_at is not None,
    )  # fmt: skip
    if act.state in (State.TOLD, State.TO_TELL) and act.means is None:
        raise invalid({"means": "missing"})
    homeless = queries.homeless(session, order.disaster_id, known)
    for household_id, steps in known.items():
        before = rules.fold(each for each in steps if each.at <= at)
        wrong = rules.step_errors(before, replace(said, homeless=household_id in homeless))
        if wrong.get("state"):
            raise StandsElsewhere(explain(wrong["state"]), before)
        if wrong:
            raise invalid(wrong)


def _not_home_too_early(
    session: Session, act: schemas.PutAct, others: Iterable[EvacuationOrder],
    rows: Sequence[ListedHousehold],
) -> None:  # fmt: skip
    """Refuse the way home of whom another order still keeps away."""
    if act.state != State.RETURNED:
        return
    areas = {row.area_id for row in rows}
    for order in others:
        if order.lifted_at is None and queries.moved_of(session, order.id, areas):
            raise invalid({"state": "other_order"})


def _step(
    act_id: UUID, act: schemas.PutAct, order: EvacuationOrder, row: ListedHousehold, *,
    at: datetime,
) -> EvacuationStep:  # fmt: skip
    step = EvacuationStep(
        id=uuid5(act_id, row.id.hex), act_id=act_id, order_id=order.id, household_id=row.id,
        area_id=row.area_id, state=rules.outcome(act.state, read_back=act.read_back),
        means=act.means, read_back=act.read_back, compulsory=act.compulsory,
        shelter_id=act.shelter_id, at=at,
    )  # fmt: skip
    for name in SEALED:
        text = getattr(act, name)
        sealed = vault.seal("evacuation_step", name, step.id, text) if text else None
        setattr(step, f"{name}_sealed", sealed)
    return step


def shown_steps(
    session: Session, steps: Sequence[EvacuationStep], *, full: bool
) -> list[dict[str, Any]]:
    """Return steps as the API shows them, with who said each: staff, by name."""
    who = lookup.names(session, {each.actor_id for each in steps})
    return [_shown(each, full=full) | {"by": who.get(each.actor_id)} for each in steps]


def _shown(step: EvacuationStep, *, full: bool) -> dict[str, Any]:
    """Return a step; what was said of the household and who decided it only in full."""
    names = ("id", "act_id", "order_id", "household_id", "state", "means", "read_back",
             "compulsory", "shelter_id", "arrival_id", "said_id", "people", "out_of", "at",
             "received_at")  # fmt: skip
    shown = {name: getattr(step, name) for name in names}
    if full:
        shown |= {name: queries.opened("evacuation_step", step, name) for name in SEALED}
    return shown
