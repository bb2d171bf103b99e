"""What nothing is taken for: a closed disaster, an area outside it, a round there is none of."""

from __future__ import annotations

from sqlalchemy.orm import Session

from damage_reports import queries
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _

REPORTING = (Level.TOWNSHIP, Level.VILLAGE)


def must_be_taken(
    session: Session, disaster: Disaster, area: AreaNode, *, round_: str | None = None
) -> None:
    """Raise Invalid, naming every field, where nothing is taken; `round_` is asked if there is one.

    For whatever is filed beside the figures of an area: words, photos, papers, rows of rosters.
    """
    problems = [*disasters.outside(session, disaster, area), *over(disaster), *too_high(area)]
    if round_ is not None and not problems:
        problems += _unknown(session, disaster, area, round_)
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def over(disaster: Disaster) -> list[FieldError]:
    """Return that nothing more is taken for a disaster, if it is closed."""
    if disaster.state != "closed":
        return []
    words = _("This disaster is closed. No more figures are taken for it.")
    return [FieldError("disaster_id", "closed", words)]


def must_be_open(disaster: Disaster) -> None:
    """Raise Invalid where reports are judged no more: those of a closed disaster stay."""
    if problems := over(disaster):
        raise Invalid(_("This disaster is closed. Its reports stay as they are."), problems)


def too_high(area: AreaNode) -> list[FieldError]:
    """Return that an area adds up what others report, if it does."""
    if area.level in REPORTING:
        return []
    words = _("Townships and villages report; others add up.")
    return [FieldError("area_code", "level", words)]


def no_round() -> FieldError:
    """Return that there is no such round."""
    return FieldError("round", "unknown", _("This disaster has no such round."))


def _unknown(session: Session, disaster: Disaster, area: AreaNode, round_: str) -> list[FieldError]:
    """Return that a disaster with rounds has no such one, nor the area a report under that code."""
    if queries.kind_of_round(session, disaster.id, round_) is not None:
        return []
    known = {each.code for each in queries.rounds(session, disaster)}
    filed = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=round_
    )
    return [no_round()] if known and round_ not in known and filed is None else []
