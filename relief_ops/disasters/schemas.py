"""Shapes at the border."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from relief_ops.disasters.rules import Grade, Kind, Ladder, State
from relief_ops.shapes import Strict, example

Name = Annotated[str, Field(min_length=1, max_length=120)]
Magnitude = Annotated[Decimal, Field(ge=0, le=10, decimal_places=1)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class PutDrill(Strict):
    """Set a drill up. Its clock starts paused at `drill_start`; `about` says what is invented.

    `about_en` says the same to readers of English.
    """

    model_config = example(name="台风演练", seed=1323, drill_start="2013-10-06T08:00:00+08:00")
    name: Name
    about: Annotated[str, Field(max_length=500)] = ""
    about_en: Annotated[str, Field(max_length=500)] = ""
    storm: Annotated[str, Field(max_length=16)] = ""
    seed: Annotated[int, Field(ge=0, le=2**31)]
    drill_start: AwareDatetime


class PutClock(Strict):
    """Set a drill's clock: what time it is there, how fast it runs, whether it stands still."""

    model_config = example(speed=240, paused=False)
    drill_at: AwareDatetime | None = None
    speed: Annotated[int, Field(ge=0, le=100_000)]
    paused: bool = False
    ended: bool = False


class PutDisaster(Strict):
    """Open or change a disaster."""

    model_config = example(
        name="台风甲",
        kind="typhoon",
        started_at="2013-10-06T08:00:00+08:00",
        division_date="2013-06-30",
    )
    name: Name
    kind: Kind
    sub_kind: Annotated[str, Field(max_length=32)] = ""
    grade: Grade | None = None
    storm: Annotated[str, Field(max_length=16)] = ""
    magnitude: Magnitude | None = None
    epicentre_lon: Longitude | None = None
    epicentre_lat: Latitude | None = None
    drill_id: UUID | None = None
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    state: State = State.ACTIVE
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    division_date: date | None = None
    form_version: Annotated[str, Field(max_length=16)] = "2020"


class PutResponse(Strict):
    """Set a level on a ladder for an area; level 0 ends the response."""

    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    ladder: Ladder
    level: Annotated[int, Field(ge=0, le=4)]
    from_at: AwareDatetime
    sector: Annotated[str, Field(max_length=32)] = ""
    document: Annotated[str, Field(max_length=200)] = ""
    signed_by: Annotated[str, Field(max_length=64)] = ""


class ShownDisaster(BaseModel):
    """A disaster as the API shows it."""

    id: UUID
    name: str
    kind: str
    sub_kind: str
    grade: Grade | None
    drill: bool
    drill_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    state: Literal["active", "stable", "verifying", "finalised", "closed"]
    storm: str
    magnitude: float | None
    epicentre_lon: float | None
    epicentre_lat: float | None
    form_version: str
    division_date: date
    now: datetime
    revision: int
