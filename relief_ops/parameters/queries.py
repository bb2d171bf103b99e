"""Reading policy numbers as of a day and an area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.errors import Invalid, NotFound
from relief_ops.i18n import gettext as _
from relief_ops.parameters import rules
from relief_ops.parameters.models import PolicyParameter


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number in force, and which version of which document it is."""

    key: str
    value: Decimal
    unit: str
    version_id: UUID
    revision: int
    source: str
    article: str
    confidence: str

    @property
    def flagged(self) -> bool:
        """Whether the figure still has to be checked against its document."""
        return self.confidence in rules.DOUBTFUL


_OF_KEYS = select(PolicyParameter).where(PolicyParameter.key.in_(bindparam("keys", expanding=True)))


def value(session: Session, key: str, *, on: date, area_id: UUID | None = None) -> Parameter:
    """Return the number in force on a day in an area (None: the whole site).

    Raises Invalid when no version is in force.
    """
    found = values(session, [key], on=on, area_id=area_id).get(key)
    if found is None:
        raise Invalid(_("No figure for %(key)s is in force on that day.", key=key))
    return found


def values(
    session: Session, keys: Iterable[str], *, on: date, area_id: UUID | None = None
) -> dict[str, Parameter]:
    """Return the numbers in force for many keys at once; those without one are left out."""
    wanted = list(keys)
    rows = session.scalars(_OF_KEYS, {"keys": wanted}).all()
    if not rows:
        return {}
    ids = {(row.key, row.area_code, row.effective_from): row for row in rows}
    plain = [_plain(row) for row in rows]
    areas = _areas(session, on, area_id)
    found = {}
    for key in wanted:
        held = rules.in_force(plain, key, on=on, areas=areas)
        if held is not None:
            found[key] = _parameter(ids[held.key, held.area, held.effective_from])
    return found


def own_areas(session: Session, keys: Iterable[str]) -> set[str]:
    """Return the codes of the areas with a version of their own of any of these keys."""
    rows = session.scalars(_OF_KEYS, {"keys": list(keys)})
    return {row.area_code for row in rows if row.area_code}


def parameter(session: Session, parameter_id: UUID, *, lock: bool = False) -> PolicyParameter:
    """Return one version. Raises NotFound."""
    found = session.get(PolicyParameter, parameter_id, with_for_update=lock or None)
    if found is None:
        raise NotFound(_("There is no such figure."))
    return found


def versions(session: Session, key: str | None = None) -> Sequence[PolicyParameter]:
    """Return every version, by key, area and day, of one key or of all."""
    statement = select(PolicyParameter)
    if key:
        statement = statement.where(PolicyParameter.key == key)
    order = (PolicyParameter.key, PolicyParameter.area_code, PolicyParameter.effective_from)
    return session.scalars(statement.order_by(*order)).all()


def clashes(session: Session, candidate: rules.Row, *, besides: UUID) -> bool:
    """Say whether a version would be in force beside another of its key and area."""
    others = [_plain(row) for row in versions(session, candidate.key) if row.id != besides]
    return bool(rules.overlaps([*others, candidate]))


def shown(row: PolicyParameter) -> dict[str, Any]:
    """Return a version as the API shows it."""
    return {
        "id": row.id,
        "key": row.key,
        "area_code": row.area_code,
        "value": Decimal(row.value),
        "unit": row.unit,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "source": row.source,
        "article": row.article,
        "confidence": row.confidence,
        "flagged": row.confidence in rules.DOUBTFUL,
        "note": row.note,
        "revision": row.revision,
    }


def _areas(session: Session, on: date, area_id: UUID | None) -> list[str]:
    if area_id is None:
        return []
    for tree in (geo.tree(session, on), geo.tree(session)):
        if area_id in tree:
            return [node.code for node in tree.ancestors(area_id)]
    return []


def _plain(row: PolicyParameter) -> rules.Row:
    return rules.Row(
        key=row.key,
        area=row.area_code,
        value=Decimal(row.value),
        unit=row.unit,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        article=row.article,
        confidence=row.confidence,
        note=row.note,
    )


def _parameter(row: PolicyParameter) -> Parameter:
    return Parameter(
        key=row.key,
        value=Decimal(row.value),
        unit=row.unit,
        version_id=row.id,
        revision=row.revision,
        source=row.source,
        article=row.article,
        confidence=row.confidence,
    )
