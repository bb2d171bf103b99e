"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from relief_ops import shapes
from relief_ops.i18n import gettext as _
from stockpile.rules import MOVES, Mode, Move

Quantity = Annotated[int, Field(ge=1, le=10_000_000)]
Text = Annotated[str, Field(max_length=200)]
Label = Annotated[str, Field(max_length=120)]
Price = Annotated[Decimal, Field(ge=0, le=Decimal(1_000_000), decimal_places=2)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Strict(shapes.Strict):
    """Declared fields only."""

    model_config = ConfigDict(populate_by_name=True)


class PutDepot(Strict):
    """Set up a depot or change it; the minimums are in base units per item code.

    `opens` and `closes` are local times of the day; without them it is always open. `shut` says
    why nothing may leave it for now.
    """

    model_config = shapes.example(
        name="市级救灾物资库",
        area_code=shapes.SOME_AREA,
        lon=121.5,
        lat=29.8,
        mode="owned",
        opens="08:00",
        closes="17:30",
        minimums={"quilt": 1000},
    )
    name: Annotated[str, Field(min_length=1, max_length=120)]
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    drill_id: UUID | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    address: Text = ""
    mode: Mode = Mode.OWNED
    opens: Clock | None = None
    closes: Clock | None = None
    owner: Label = ""
    shut: Text = ""
    minimums: dict[str, Quantity] = {}

    @model_validator(mode="after")
    def _is_open_from_to(self) -> PutDepot:
        if (self.opens is None) != (self.closes is None):
            raise ValueError(_("Say when it opens and when it closes, or neither."))
        if self.opens is not None and self.opens == self.closes:
            raise ValueError(_("One that is always open has no hours."))
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("Give longitude and latitude, or neither."))
        return self


class PutMovement(Strict):
    """Book a movement. `from` and `to` are places; a count gives what was counted (0 counts).

    What is given for a purpose goes only where somebody names it, or to the disaster it is for.
    `price_yuan` is what one piece cost. Who borrows, or brings back what was lent, is named as the
    reason.
    """

    model_config = shapes.example(
        **{"from": None},
        kind="receive",
        to=shapes.SOME_PLACE,
        item="quilt",
        quantity=500,
        document="入库单 7",
    )
    kind: Move
    from_: Annotated[UUID | None, Field(alias="from")] = None
    to: UUID | None = None
    item: Annotated[str | None, Field(max_length=40, validate_default=True)] = None
    lot: UUID | None = None
    expires_on: date | None = None
    made_on: date | None = None
    quantity: Annotated[int | None, Field(ge=0, le=10_000_000, validate_default=True)] = None
    reason: Annotated[Text, Field(validate_default=True)] = ""
    document: Annotated[str, Field(max_length=80)] = ""
    donor: Label = ""
    purpose: Label = ""
    disaster_id: UUID | None = None
    owner: Label = ""
    price_yuan: Price | None = None
    at: AwareDatetime | None = None
    corrects: UUID | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> PutMovement:
        if self.kind == Move.CORRECTION:
            if self.corrects is None:
                raise ValueError(_("Say which movement is corrected."))
            return self
        ends = MOVES.get(self.kind)
        if ends is None:
            raise ValueError(_("This kind of movement follows from a shipment."))
        if ends.needs_from != (self.from_ is not None) or ends.needs_to != (self.to is not None):
            raise ValueError(_("Say where it comes from and where it goes, as its kind asks."))
        return self

    @field_validator("item")
    @classmethod
    def _names_its_item(cls, item: str | None, said: ValidationInfo) -> str | None:
        if item is None and said.data.get("kind") in MOVES:
            raise ValueError(_("Say which item, and how much."))
        return item

    @field_validator("quantity")
    @classmethod
    def _says_how_much(cls, quantity: int | None, said: ValidationInfo) -> int | None:
        kind = said.data.get("kind")
        if kind in MOVES and (quantity is None or (quantity == 0 and kind != Move.COUNT)):
            raise ValueError(_("Say how much."))
        return quantity

    @field_validator("made_on")
    @classmethod
    def _expires_after_it_was_made(cls, made_on: date | None, said: ValidationInfo) -> date | None:
        expires_on = said.data.get("expires_on")
        if made_on and expires_on and expires_on < made_on:
            raise ValueError(_("It expires before it was made."))
        return made_on

    @field_validator("reason")
    @classmethod
    def _gives_its_reason(cls, reason: str, said: ValidationInfo) -> str:
        kind = said.data.get("kind")
        if kind == Move.WRITE_OFF and not reason.strip():
            raise ValueError(_("Say why it is written off."))
        if kind in (Move.LOAN, Move.LOAN_BACK) and not reason.strip():
            raise ValueError(_("Say who borrows it, or brings it back."))
        return reason


class PutReservation(Strict):
    """Promise stock to a need: the nearest first, as much as there is; or of one depot only.

    With a purpose it is of what was given for that, and of nothing else.
    """

    model_config = shapes.example(need_id=shapes.SOME_THING, quantity=200)
    need_id: UUID
    quantity: Quantity | None = None
    depot: UUID | None = None
    purpose: Label = ""
    all_or_nothing: bool = False


class Release(Strict):
    """Take a promise back, and say why."""

    reason: Text = ""


class WithdrawClaim(Strict):
    """Withdraw what waits for a second person: it was said by mistake."""


class ShipmentLine(Strict):
    """So much of one lot goes with a truck, of one promise if several hold of it."""

    lot: UUID
    reservation_id: UUID | None = None
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]


class PutShipment(Strict):
    """Send what was promised from one depot to one place; without lines all of it goes.

    With lines so much of each lot goes and the rest stays promised, for the next truck.
    """

    reservation_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    depot: UUID | None = None
    lines: Annotated[list[ShipmentLine], Field(min_length=1, max_length=500)] | None = None
    vehicle: Annotated[str, Field(max_length=40)] = ""
    eta: AwareDatetime | None = None


class ReceiptLine(Strict):
    """What arrived of one lot: in good order, and damaged."""

    lot: UUID
    received: Annotated[int, Field(ge=0, le=10_000_000)]
    damaged: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class TurnBack(Strict):
    """Turn a shipment back to its depot; without lines all of it came back in good order."""

    lines: Annotated[list[ReceiptLine], Field(max_length=500)] | None = None
    note: Text = ""


class PutReceipt(TurnBack):
    """Count a shipment at its destination; without lines everything arrived."""
