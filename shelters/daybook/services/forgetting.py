"""The end of what the day book told of people: volunteers, accounts; hours and counts stay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import vault
from shelters.daybook.models import (
    Incident,
    IncidentVersion,
    Volunteer,
    VolunteerDuty,
    VolunteerVersion,
)


def forget_daybook(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many rows of a disaster tell of somebody; empty them if `really`."""
    volunteers = (Volunteer.name_sealed, Volunteer.phone_sealed, Volunteer.person_blind)
    incidents = Incident.__table__.c
    of_disaster = incidents.disaster_id == disaster_id
    versions = IncidentVersion.__table__.c.incident_id.in_(select(incidents.id).where(of_disaster))
    people = select(Volunteer.__table__.c.id).where(
        Volunteer.__table__.c.disaster_id == disaster_id
    )
    said = (VolunteerVersion.name_sealed, VolunteerVersion.phone_sealed)
    return sum(
        vault.emptied(session, columns, which, really)
        for columns, which in (
            (said, VolunteerVersion.__table__.c.volunteer_id.in_(people)),
            (volunteers, Volunteer.__table__.c.disaster_id == disaster_id),
            ((VolunteerDuty.person_blind,), VolunteerDuty.__table__.c.disaster_id == disaster_id),
            ((IncidentVersion.account_sealed,), versions),
            ((Incident.account_sealed,), of_disaster),
        )
    )
