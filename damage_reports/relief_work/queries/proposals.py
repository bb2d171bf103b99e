"""What the system knows of a county's figures: the board of the disaster, and the response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries import Field
from damage_reports.relief_work import rules
from damage_reports.relief_work.rules import Proposal
from damage_reports.rules import unscaled
from relief_ops.cases import queries as cases
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.queries import Proposed, proposed_below
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import Ladder

RESPONSES, CASES = "responses", "cases"
FEN = 10_000  # in the hundredth of 10,000 yuan the form counts in
Known = Mapping[tuple[str, str], Proposed]


def proposals(
    session: Session, disaster: Disaster, area_id: UUID, fields: Mapping[str, Field], *,
    at: datetime,
) -> dict[str, tuple[Proposal, ...]]:  # fmt: skip
    """Return by figure what its sources know now; a figure no source knows is left out."""
    known = {
        (each.source, each.indicator): each
        for each in (
            *proposed_below(session, disaster, area_id),
            *_response(session, disaster, area_id, at),
            *_money(session, disaster, area_id, at),
        )
    }
    found = {code: tuple(_proposed(field, known)) for code, field in fields.items()}
    return {code: each for code, each in found.items() if each}


def _proposed(field: Field, known: Known) -> Iterable[Proposal]:
    for source, figures in rules.sources(field.made_of).items():
        parts = [known[source, each] for each in figures if (source, each) in known]
        if parts:
            total = unscaled(sum(each.value for each in parts), scale=field.scale)
            yield Proposal(source, total, max(each.as_of for each in parts))


def _response(
    session: Session, disaster: Disaster, area_id: UUID, at: datetime
) -> Iterable[Proposed]:
    """Yield the relief response in force for an area, its own or one above: level, since when.

    The ladder of flood defence is another response, and none of this form's.
    """
    row = disasters.levels_now(session, disaster, area_id, at).get(Ladder.RELIEF)
    if row is not None:
        since = Decimal(rules.seconds(row.from_at))
        yield Proposed("level", RESPONSES, row.level, row.from_at)
        yield Proposed("since", RESPONSES, int(since), row.from_at)


def _money(session: Session, disaster: Disaster, area_id: UUID, at: datetime) -> Iterable[Proposed]:
    """Yield the relief money paid out to the cases of a disaster."""
    paid = cases.paid_out(session, disaster.id, area_id, until=at)
    if paid is not None:
        yield Proposed("paid", CASES, (paid.fen + FEN // 2) // FEN, paid.at)
