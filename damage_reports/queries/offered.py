"""Figures others know of an area: offered beside its form, never filled in by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field
from damage_reports.rules import unscaled
from relief_ops.disasters.boards.queries import proposals
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode


@dataclass(frozen=True)
class Offered:
    """What one source knows of a figure, in the indicator's own unit, as of when."""

    source: str
    value: Decimal
    as_of: datetime


def offered(
    session: Session, disaster: Disaster, area: AreaNode, form: Mapping[str, Field]
) -> dict[str, list[Offered]]:
    """Return by figure of the form what is offered; what a source does not know is not there."""
    found: dict[str, list[Offered]] = defaultdict(list)
    rows = proposals(session, disaster, [area.id])
    for each in sorted(rows, key=lambda row: row.source):
        if each.indicator in form and each.value is not None:
            value = unscaled(each.value, scale=form[each.indicator].scale)
            found[each.indicator].append(Offered(each.source, value, each.as_of))
    return dict(found)


def shown_offered(found: Mapping[str, list[Offered]]) -> dict[str, list[dict[str, Any]]]:
    """Return it as the phone keeps it."""
    return {code: [asdict(each) for each in offers] for code, offers in found.items()}
