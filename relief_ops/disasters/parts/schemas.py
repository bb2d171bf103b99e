"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from relief_ops.shapes import Strict

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Document = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
AreaCode = Annotated[str, Field(pattern=r"^\d{12}$")]


class PutPart(Strict):
    """Let a disaster count in another: who decided it, and by what document."""

    part_id: UUID
    reason: Reason = ""
    document: Document = ""


class EndPart(Strict):
    """Separate a part from its whole again."""

    id: UUID
    reason: Reason = ""
    document: Document = ""


class PutSplit(Strict):
    """Move the figures of some townships, or of whole counties, into another disaster."""

    into_id: UUID
    area_codes: Annotated[list[AreaCode], Field(min_length=1, max_length=400)]
    reason: Reason = ""
    document: Document = ""
