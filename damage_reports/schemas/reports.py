"""Reports and what is said of them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Field,
)

from damage_reports.rules import (
    Above,
    Basis,
    CallOutcome,
    Heard,
    Link,
    Means,
    Owed,
    RoundKind,
    SignRole,
)
from damage_reports.schemas.basics import (
    AreaCode,
    Figure,
    IndicatorCode,
    Reason,
    Round,
)
from relief_ops.shapes import SOME_AREA, SOME_DISASTER, SOME_THING, Strict, example


class EnteredFor(Strict):
    """代报: filed for somebody, told by somebody, by some means."""

    told_by: Annotated[str, Field(max_length=64)]
    means: Means


class PutReport(Strict):
    """A revision of an area's figures for one round.

    `partial`: what it does not mention is taken over from the area's last report, and marked.
    """

    model_config = example(
        disaster_id=SOME_DISASTER,
        area_code=SOME_AREA,
        round="20131007T0800",
        as_of="2013-10-07T08:00:00+08:00",
        values={"affected": 1200, "deaths": 0, "loss_total": None},
        reasons={},
        base=None,
    )
    disaster_id: UUID
    area_code: AreaCode
    round: Round
    kind: RoundKind = RoundKind.UPDATE
    no_change: bool = False
    as_of: AwareDatetime
    values: Annotated[dict[IndicatorCode, Figure], Field(max_length=200)]
    entered_for: EnteredFor | None = None
    reasons: Annotated[dict[IndicatorCode, Reason], Field(max_length=200)] = {}
    partial: bool = False
    base: UUID | None = None


class PutCode(EnteredFor):
    """A report read out as digits: who said it, by what means, reasons where a rule asks."""

    told_by: Annotated[str, Field(min_length=1, max_length=64)]
    reasons: Annotated[dict[IndicatorCode, Reason], Field(max_length=200)] = {}


class PutVerdict(Strict):
    """What the level above says of a revision; `own` sets its figures beside it."""

    model_config = example(id=SOME_THING, action="return", reason="倒塌房屋与台账不符")
    id: UUID
    action: Literal["accept", "return", "own"]
    reason: Reason = ""
    values: Annotated[dict[IndicatorCode, Figure], Field(max_length=200)] = {}


class PutSettlement(Strict):
    """Which of two rival reports counts: this one, or the one that stands.

    `seen` is the standing revision it was compared with; needed where that is newer.
    """

    id: UUID
    keep: bool
    seen: UUID | None = None
    reason: Reason = ""


class PutWithdrawal(Strict):
    """Why a report that was not accepted is withdrawn."""

    model_config = example(id=SOME_THING, reason="报错了村")
    id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PutRound(Strict):
    """A round that is opened: its kind, and up to when its figures go.

    `daily` makes an update the 24-hour zero report: figures up to midnight, due next morning.
    """

    disaster_id: UUID
    code: Round
    kind: RoundKind = RoundKind.UPDATE
    daily: bool = False
    as_of: AwareDatetime


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
    """A reminder to one township, or to all overdue ones of a county or city.

    With `owed: tables` it goes to whoever prepares the table of one county or of the city that
    has not gone up, or of all overdue ones in the area.
    """

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    forced: bool = False
    owed: Owed = Owed.REPORTS


class PutCall(Strict):
    """What came of a telephone call about an owed report."""

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    outcome: CallOutcome
    promised_at: AwareDatetime | None = None


class PutBypass(Strict):
    """That a county told the province or the ministry; without `at`, just now."""

    disaster_id: UUID
    area_code: AreaCode
    above: Above
    means: Means
    told_to: Annotated[str, Field(min_length=1, max_length=64, examples=["省应急厅值班室"])]
    deaths: Annotated[int, Field(ge=0, le=10_000_000)]
    missing: Annotated[int, Field(ge=0, le=10_000_000)]
    at: AwareDatetime | None = None


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
