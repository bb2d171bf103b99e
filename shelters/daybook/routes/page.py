"""The page of a shelter's day book: meals, incidents and volunteers, each with its form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.errors import ReliefError
from shelters.daybook.queries import incidents, meals, volunteers
from shelters.daybook.queries.outbreaks import outbreaks_at, threshold
from shelters.daybook.queries.words import SKILLS
from shelters.daybook.routes.blueprint import blueprint, local_text, may_log, now_of, seen
from shelters.daybook.routes.wording import (
    VOLUNTEER_FIELDS,
    in_words,
    incident_wording,
    meal_words,
    special_words,
    volunteer_value,
)
from shelters.models import Shelter

DONE = ("meal", "incident", "step", "volunteer", "on_duty", "off_duty")


@blueprint.get("/shelters/<uuid:shelter_id>/daybook")
@blueprint.doc(hide=True)
def page_daybook(shelter_id: UUID) -> ResponseReturnValue:
    """Show the day book, with forms that enter, or correct a ?correct= meal, a ?volunteer=."""
    return draw(shelter_id)


def draw(
    shelter_id: UUID, *, error: ReliefError | None = None, part: str = "",
    opened: UUID | None = None, acted: UUID | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Draw the day book: what went wrong in one `part` or for the volunteer `acted` on.

    One volunteer may be `opened`, in full.
    """
    require("shelter.read")
    typed = request.form if error else {}
    with reading() as session:
        found, disaster = seen(session, shelter_id)
        now = now_of(session, disaster)
        held = _held(session, found, disaster.id, now) if disaster else NOTHING
        writes = may_log(found) and disaster is not None
        correcting = _volunteer(held["volunteers"], typed if part == "volunteer" else {})
        if writes and correcting.get("masked"):
            correcting["history"] = volunteers.history(session, correcting["id"])
    done = request.args.get("done", "")
    shown = web.page(
        "daybook/daybook.html", shelter=found, disaster=disaster, part=part,
        error=in_words(error) if error else None, done=done if done in DONE else "",
        may_log=writes, opened=opened, acted=acted,
        meal=_meal(held["meals"], typed if part == "meal" else {}, now),
        incident=_incident(typed if part == "incident" else {}, now),
        volunteer=correcting, volunteer_fields=VOLUNTEER_FIELDS, volunteer_value=volunteer_value,
        ticked=request.form.getlist("skills[]") if part == "volunteer" else None,
        meal_words=meal_words(), special_words=special_words(), skills=SKILLS,
        local_text=local_text, new_id=lambda: str(uuid6.uuid7()), now_local=local_text(now),
        clear=volunteers.clear, masked=volunteers.shown, **held, **incident_wording(),
    )  # fmt: skip
    return shown, error.status if error else 200


NOTHING: dict[str, Any] = {
    "meals": [], "incidents": [], "outbreaks": [], "volunteers": [], "on_duty": {},
}  # fmt: skip


def _held(session: Session, found: Shelter, disaster_id: UUID, now: datetime) -> dict[str, Any]:
    numbers = threshold(session, clock.local_date(now), found.area_id)
    people = volunteers.helpers(session, found.id, disaster_id, now)
    return {
        "meals": [meals.shown(each) for each in meals.meals(session, found.id, disaster_id)],
        "incidents": [
            incidents.shown(each) for each in incidents.here(session, found.id, disaster_id)
        ],
        "outbreaks": outbreaks_at(session, found.id, disaster_id, numbers, now),
        "volunteers": people,
        "on_duty": volunteers.skills_on_duty(people),
    }


def _meal(rows: list[dict[str, Any]], typed: Mapping[str, Any], now: datetime) -> Any:
    asked = request.args.get("correct", "")
    chosen = next((each for each in rows if str(each["id"]) == asked), None)
    return typed or chosen or {"id": str(uuid6.uuid7()), "day": clock.local_date(now).isoformat()}


def _incident(typed: Mapping[str, Any], now: datetime) -> Any:
    return typed or {"id": str(uuid6.uuid7()), "happened_at": local_text(now)}


def _volunteer(rows: list[volunteers.Helper], typed: Mapping[str, Any]) -> Any:
    asked = request.args.get("volunteer", "")
    chosen = next((each for each in rows if str(each.row.id) == asked), None)
    if typed or chosen is None:
        return typed or {"id": str(uuid6.uuid7())}
    shown = volunteers.shown(chosen)
    times = {name: local_text(shown[name]) for name in ("duty_from", "duty_to")}
    return shown | times | {"masked": f"{shown['name']} {shown['phone']}", "name": "", "phone": ""}
