"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    model_validator,
)

from damage_reports.rules import (
    NOT_ADDED,
    WORK,
    Basis,
    CallOutcome,
    Heard,
    Link,
    Means,
    Nature,
    RollUp,
    RoundKind,
    SignRole,
)
from relief_ops.files import Source, Told
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

AreaCode = Annotated[str, Field(pattern=r"^\d{12}$")]
Round = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._+-]{1,32}$")]
IndicatorCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
SourceCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,24}$")]
Reason = Annotated[str, Field(max_length=400)]
MADE_OF = r"^([a-z_]+/[A-Za-z0-9_.-]+( |$))*$"


def no_bool(value: object) -> object:
    """Refuse true and false where a figure is asked: Python counts them as numbers."""
    if isinstance(value, bool):
        text = _("This is not a number. Write digits only, or leave it as not yet known.")
        raise ValueError(text)  # noqa: TRY004  pydantic reads ValueError
    return value


Figure = Annotated[
    int | Decimal | Annotated[str, Field(max_length=24)] | None, BeforeValidator(no_bool)
]


class EnteredFor(Strict):
    """代报: filed for somebody, told by somebody, by some means."""

    told_by: Annotated[str, Field(max_length=64)]
    means: Means


class PutReport(Strict):
    """A revision of an area's figures for one round."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    kind: RoundKind = RoundKind.UPDATE
    no_change: bool = False
    as_of: AwareDatetime
    values: Annotated[dict[IndicatorCode, Figure], Field(max_length=200)]
    entered_for: EnteredFor | None = None
    reasons: Annotated[dict[IndicatorCode, Reason], Field(max_length=200)] = {}
    base: UUID | None = None


class PutCode(EnteredFor):
    """A report read out as digits: who said it, by what means, reasons where a rule asks."""

    told_by: Annotated[str, Field(min_length=1, max_length=64)]
    reasons: Annotated[dict[IndicatorCode, Reason], Field(max_length=200)] = {}


class PutVerdict(Strict):
    """What the level above says of a revision; `own` sets its figures beside it."""

    id: UUID
    action: Literal["accept", "return", "own"]
    reason: Reason = ""
    values: Annotated[dict[IndicatorCode, Figure], Field(max_length=200)] = {}


class PutSettlement(Strict):
    """Which of two rival reports counts: this one, or the one before."""

    id: UUID
    keep: bool
    reason: Reason = ""


class PutRound(Strict):
    """A round that is opened: its kind, and up to when its figures go.

    `daily` makes an update the 24-hour zero report: figures up to midnight, due next morning.
    """

    disaster_id: UUID
    code: Round
    kind: RoundKind = RoundKind.UPDATE
    daily: bool = False
    as_of: AwareDatetime


NARRATIVE_BYTES = 64 * 1024


def _no_longer(text: str) -> str:
    """Refuse a text of more bytes than a narrative may have."""
    if len(text.encode()) > NARRATIVE_BYTES:
        raise ValueError(_("This text is too long: 64 kB at most, some 21,000 characters."))
    return text


class PutNarrative(Strict):
    """What an area tells of a round in words; a revision names its base."""

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


class PutSummary(Strict):
    """The table of an area for a round, frozen as it stands; a revision names its base."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    basis: Basis = Basis.ACCEPTED
    base: UUID | None = None


class PutSignature(Strict):
    """A signature on a summary; by telephone it says who gave their word."""

    role: SignRole
    by_telephone: bool = False
    told_by: Annotated[str, Field(max_length=64)] = ""


class PutReminder(Strict):
    """A reminder to one township, or to all overdue ones of a county or city."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    forced: bool = False


class PutCall(Strict):
    """What came of a telephone call about an owed report."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    outcome: CallOutcome
    promised_at: AwareDatetime | None = None


class PutContact(Strict):
    """What still leads to an area, when it was last heard from, and the messenger sent."""

    disaster_id: UUID
    area_code: AreaCode
    road: Link = Link.UNKNOWN
    power: Link = Link.UNKNOWN
    network: Link = Link.UNKNOWN
    water: Link = Link.UNKNOWN
    last_contact_at: AwareDatetime | None = None
    last_means: Heard | None = None
    messenger_sent_at: AwareDatetime | None = None
    messenger_route: Annotated[str, Field(max_length=120)] = ""
    out_of_contact: bool = False


class PutIndicator(Strict):
    """An indicator of the form, added or changed without touching code."""

    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(min_length=1, max_length=80)]
    unit_zh: Annotated[str, Field(max_length=16)]
    unit_en: Annotated[str, Field(max_length=24)]
    group: Annotated[str, Field(max_length=24, pattern=r"^[a-z_]+$")]
    scale: Annotated[int, Field(ge=0, le=4)] = 0
    nature: Nature = Nature.CUM
    roll_up: RollUp = RollUp.SUM
    part_of: Annotated[str, Field(max_length=40)] = ""
    core: bool = False
    position: Annotated[int, Field(ge=0, le=100_000)] = 9000
    help_zh: Annotated[str, Field(max_length=400)] = ""
    help_en: Annotated[str, Field(max_length=400)] = ""
    versions: Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=20)]
    made_of: Annotated[str, Field(max_length=400, pattern=MADE_OF)] = ""

    @model_validator(mode="after")
    def is_added_up_as_it_can_be(self) -> PutIndicator:
        """Refuse to add up levels or instants, and either on a form that is added up in SQL."""
        least = self.roll_up == RollUp.LEAST
        if (self.nature in NOT_ADDED) != least:
            raise ValueError(_("A level or an instant is not added up: roll_up is “least”."))
        if least and not all(each.startswith(WORK) for each in self.versions):
            raise ValueError(_("Only the relief-work form asks for a level or an instant."))
        return self


class PutSource(Strict):
    """A source of figures, added or changed without touching code."""

    kind: Literal["bureau", "insurer", "satellite", "model"]
    name_zh: Annotated[str, Field(min_length=1, max_length=40)]
    name_en: Annotated[str, Field(min_length=1, max_length=60)]
    position: Annotated[int, Field(ge=1, le=100_000)] = 900
    active: bool = True


class PutClaim(Strict):
    """What a source says of one figure of an area (部门数); null is not known (any more)."""

    disaster_id: UUID
    area_code: AreaCode
    indicator: IndicatorCode
    source: SourceCode
    value: Figure
    as_of: AwareDatetime
    note: Reason = ""
    base: UUID | None = None


class PutSourceRule(Strict):
    """Which sources count for an area, in order: for one figure, a group of them, or all.

    Without sources the area has no rule of its own any more, and the one above it holds.
    """

    disaster_id: UUID
    area_code: AreaCode
    indicator: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")] = ""
    group: Annotated[str, Field(pattern=r"^[a-z_]{0,24}$")] = ""
    only_here: bool = False
    sources: Annotated[list[SourceCode], Field(max_length=20)]
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    base: UUID | None = None


class PutGapSettlement(Strict):
    """What is decided about figures that differ: which source counts in this area, and why.

    `values` are the figures somebody looked at; if they are others by now, it is refused.
    """

    disaster_id: UUID
    area_code: AreaCode
    indicator: IndicatorCode
    values: Annotated[dict[SourceCode, Figure], Field(max_length=50)]
    source: SourceCode
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PutStability(Strict):
    """A county says that its situation is stable since an instant."""

    disaster_id: UUID
    area_code: AreaCode
    stable_at: AwareDatetime
    note: Reason = ""


class JudgeStability(Strict):
    """What is said of a declaration: accepted, refused, or opened again because of new damage."""

    id: UUID
    action: Literal["accept", "refuse", "reopen"]
    reason: Reason = ""


class PutHold(Strict):
    """Somebody looks at a report to judge it; `take_over` also from whoever has it now."""

    id: UUID
    take_over: bool = False
    release: bool = False


class PutVoucher(Strict):
    """A figure that stands out was looked at and is right; the reason says how that is known."""

    id: UUID
    indicator: IndicatorCode
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PutOwnAnswer(Strict):
    """What the area below says to a figure of the level above: agreed, or disputed with reason."""

    answer: Literal["confirm", "dispute"]
    reason: Reason = ""
