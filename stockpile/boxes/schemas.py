"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from relief_ops import shapes
from stockpile.boxes.rules import Stage


class PutPacking(shapes.Strict):
    """Put what is promised of a lot into boxes; without `per_box`, one pack of the item in each."""

    model_config = shapes.example(line_id=shapes.SOME_THING, per_box=12)
    line_id: UUID
    per_box: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class PutBoxScan(shapes.Strict):
    """What whoever read the label of a box says of it, and when, on the disaster's clock."""

    model_config = shapes.example(
        box_id=shapes.SOME_THING, stage="arrived", at="2026-07-10T20:15:00+08:00"
    )
    box_id: UUID
    stage: Stage
    at: AwareDatetime
