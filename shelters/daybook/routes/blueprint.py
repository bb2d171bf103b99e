"""The one blueprint of the day book, what its routes look at, and how they read a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.auth import require, viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from shelters import queries as shelters
from shelters.models import Shelter
from shelters.routes.blueprint import disaster_for

blueprint = APIBlueprint("daybook", __name__, template_folder="../templates")
CORRECTABLE = (409, 412, 422, 428)
LOG = "shelter.log"


def seen(session: Session, shelter_id: UUID) -> tuple[Shelter, Disaster | None]:
    """Return a shelter the viewer may read, and the disaster its book is looked at for."""
    require("shelter.read")
    found = shelters.shelter(session, shelter_id)
    require("shelter.read", found.area_id)
    return found, disaster_for(session, found.drill_id)


def held(session: Session, shelter_id: UUID) -> tuple[Shelter, UUID]:
    """Return a held shelter and who writes in its book."""
    require(LOG)
    found = shelters.lock_shelter(session, shelter_id)
    return found, require(LOG, found.area_id)


def may_log(found: Shelter) -> bool:
    """Whether the viewer may write in the book of a shelter, and read what it keeps sealed."""
    who = viewer()
    return who is not None and who.may(LOG, found.area_id, geo.cached_tree())


def now_of(session: Session, disaster: Disaster | None) -> datetime:
    """Return the time of a disaster: a drill has its own."""
    return disasters.now_of(session, disaster) if disaster else clock.now()


def local_text(moment: datetime | None) -> str:
    """Return a moment as a field of local time holds it."""
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def form_attempt(fields: dict[str, Any], *, personal: bool = False) -> Attempt:
    """Return a form as one try of one write; with a revision it corrects. Raises Invalid."""
    revision = str(fields.pop("revision", "") or "")
    try:
        attempt = web.attempt(UUID(str(fields.pop("id", ""))), personal=personal)
    except ValueError:
        raise Invalid(_("The form lost its id. Reload the page.")) from None
    return replace(attempt, base=revision, edit=True) if revision else attempt


def read_local(fields: dict[str, Any], *names: str, kept: dict[str, datetime | None]) -> None:
    """Read fields of local time into instants; one that says what is kept keeps its seconds."""
    for name in names:
        text, stored = str(fields.get(name) or ""), kept.get(name)
        if stored is not None and text == local_text(stored):
            fields[name] = stored.isoformat()
            continue
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        fields[name] = (moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)).isoformat()


def tried(act: Callable[[], Any]) -> ReliefError | None:
    """Do what a form asks; return what the person can put right, raise everything else."""
    try:
        act()
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return error
    return None
