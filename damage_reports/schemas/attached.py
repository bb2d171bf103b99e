"""What is told or hung beside a report: words, photos, papers, tables."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    model_validator,
)

from damage_reports.rules import (
    RoundKind,
)
from damage_reports.schemas.basics import (
    AreaCode,
    Round,
    SourceCode,
)
from relief_ops.files import Source, Told
from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_AREA, SOME_DISASTER, Strict, example

NARRATIVE_BYTES = 64 * 1024


def _no_longer(text: str) -> str:
    """Refuse a text of more bytes than a narrative may have."""
    if len(text.encode()) > NARRATIVE_BYTES:
        raise ValueError(_("This text is too long: 64 kB at most, some 21,000 characters."))
    return text


class PutNarrative(Strict):
    """What an area tells of a round in words; a revision names its base."""

    model_config = example(
        disaster_id=SOME_DISASTER,
        area_code=SOME_AREA,
        round="20131007T0800",
        words="河水漫堤,已转移沿河住户。",
    )
    disaster_id: UUID
    area_code: AreaCode
    round: Round
    words: Annotated[str, Field(min_length=1), AfterValidator(_no_longer)]
    base: UUID | None = None


class PutPhoto(Strict):
    """A photo of an area and round: a file sent before, and what is known of its taking.

    What is not said here is taken from the file: from its announcement, or from the camera.
    """

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    file_id: UUID
    caption: Annotated[str, Field(max_length=200)] = ""
    taken_at: AwareDatetime | None = None
    time_source: Source | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    place_source: Source | None = None

    @model_validator(mode="after")
    def _whole(self) -> PutPhoto:
        """Refuse half a place."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("A place has a longitude and a latitude."))
        return self

    def told(self) -> Told:
        """Return what is said of time and place; whoever says it without a source typed it."""
        return Told(
            self.taken_at, (self.time_source or Source.TYPED) if self.taken_at else None,
            self.lon, self.lat,
            (self.place_source or Source.TYPED) if self.lon is not None else None,
        )  # fmt: skip


class PutPhotoWithdrawal(Strict):
    """Why a photo no longer counts."""

    id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PutPaper(Strict):
    """The picture of a report on paper, a file sent before; who filled it in or handed it over."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    file_id: UUID
    told_by: Annotated[str, Field(min_length=1, max_length=64)]


class PutPaperWithdrawal(Strict):
    """Why a paper need not be typed."""

    id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PutImport(Strict):
    """A table of many areas' figures of one round; the file itself comes beside it."""

    disaster_id: UUID
    round: Round
    kind: RoundKind = RoundKind.UPDATE
    as_of: AwareDatetime


class PutClaimImport(Strict):
    """A table of what another source says, of one time; the file itself comes beside it."""

    disaster_id: UUID
    source: SourceCode
    as_of: AwareDatetime


class PutImportApplication(Strict):
    """File the rows of a checked table; with wrong rows in it only if those are left out."""

    leave_out: bool = False
