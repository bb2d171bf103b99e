"""In which spans of recorded time a revision counts, on either basis."""

from __future__ import annotations

from damage_reports.rules import Basis

SPANS = {
    Basis.REPORTED: ("counted_from", "counted_to"),
    Basis.ACCEPTED: ("accepted_from", "accepted_to"),
}


def counting(basis: Basis, *, past: bool) -> str:
    """Return the SQL condition that a report `r` counts, now or at `:known_at`.

    One that counts again since its correction was returned did not count meanwhile: then the
    correction did.
    """
    start, end = SPANS[basis]
    if not past:
        return f"r.{start} IS NOT NULL AND r.{end} IS NULL"
    at = "{0}.{1} <= :known_at AND ({0}.{2} IS NULL OR {0}.{2} > :known_at)"
    later = (
        "SELECT 1 FROM report s WHERE s.disaster_id = r.disaster_id AND s.area_id = r.area_id "  # nosec B608  # noqa: S608  the parts are constants of this module
        f"AND s.round = r.round AND s.revision > r.revision AND {at.format('s', start, end)}"
    )
    return f"{at.format('r', start, end)} AND NOT EXISTS ({later})"
