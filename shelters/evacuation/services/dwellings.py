"""Findings at dwellings: added, never changed; the latest says whether a household can go home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.events import DwellingsJudged
from shelters.evacuation.models import DwellingFinding, ListedHousehold
from shelters.evacuation.services import figures
from shelters.evacuation.services.holding import hold_rows
from shelters.evacuation.services.standing import rooms
from shelters.evacuation.services.steps import CLOCKS_APART
from shelters.evacuation.services.words import explain


def judge(
    session: Session, attempt: Attempt, act: schemas.PutDwelling, *, disaster: Disaster,
    rows: Sequence[ListedHousehold], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say what was found at the dwellings of held households; all of them, or none.

    Raises Invalid before anything struck, and for a household that no order moved.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    now = disasters.now_of(session, disaster)
    at = act.at or now
    if at > now + CLOCKS_APART:
        words = _("This moment is still to come.")
        raise Invalid(words, [FieldError("at", "future", words)])
    for row in rows:
        _check(session, act, disaster, row, at=at)
    for row in rows:
        _keep(session, attempt.id, act, disaster, row, at=at, now=now, actor_id=actor_id)
    session.flush()
    people = sum(row.people for row in rows)
    event = DwellingsJudged(attempt.id, disaster.id, act.found, len(rows), people)
    areas = {row.area_id for row in rows}
    tree = disasters.division_tree(session, disaster)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=rooms(areas, tree))
    figures.propose(session, disaster, areas, as_of=now)
    return receipts.keep(session, attempt, revision=1)


def held_rows(
    session: Session, disaster: Disaster, household_ids: Iterable[UUID]
) -> list[ListedHousehold]:
    """Return rows of the list, held until the transaction ends. Raises as `hold_rows`."""
    words = _("This household is not on the list, or not in your areas.")
    return hold_rows(session, disaster, household_ids, missing=words)


def _check(
    session: Session, act: schemas.PutDwelling, disaster: Disaster, row: ListedHousehold, *,
    at: datetime,
) -> None:  # fmt: skip
    orders = queries.orders_moving(session, disaster.id, row.area_id)
    struck = min((each.impact_at for each in orders), default=None)
    wrong = rules.dwelling_errors(act.found, at=at, struck=struck)
    if wrong:
        errors = [FieldError(field, code, explain(code)) for field, code in wrong.items()]
        raise Invalid(_("Some fields need another look."), errors)


def _keep(
    session: Session, act_id: UUID, act: schemas.PutDwelling, disaster: Disaster,
    row: ListedHousehold, *, at: datetime, now: datetime, actor_id: UUID,
) -> None:  # fmt: skip
    """Add a finding; the latest by its own moment is the current one, whenever it arrives."""
    before = queries.finding(session, disaster.id, row.id, lock=True)
    finding_id = uuid5(act_id, row.id.hex)
    latest = before is None or (before.at, before.id) < (at, finding_id)
    if before is not None and latest:
        before.current = False
    sealed = vault.seal("evacuation_dwelling", "note", finding_id, act.note) if act.note else None
    session.add(
        DwellingFinding(
            id=finding_id, act_id=act_id, disaster_id=disaster.id, household_id=row.id,
            area_id=row.area_id, found=act.found, note_sealed=sealed, current=latest, at=at,
            received_at=now, actor_id=actor_id,
        )
    )  # fmt: skip
