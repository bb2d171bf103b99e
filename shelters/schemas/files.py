"""A file of shelters: what was read of it, and what is done with what is known already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import (
    Field,
)

from relief_ops.shapes import Strict
from shelters.schemas.register import PutShelter


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell of a file, in the reader's words."""

    cell: str
    field: str
    message: str


@dataclass(frozen=True)
class ParsedRow:
    """One row of a file as the register would take it, or why it would not."""

    sheet: str
    number: int
    name_cell: str
    order: PutShelter | None
    area_id: UUID | None
    errors: tuple[CellError, ...] = ()


class Duplicates(StrEnum):
    """What to do with a row that looks like a shelter already in the register.

    `update` means the likeliest one; `ask` takes nothing before somebody decided for each row.
    """

    SKIP = "skip"
    UPDATE = "update"
    ADD = "add"
    ASK = "ask"


class PutApplication(Strict):
    """Take a checked file into the register; `choices` are by row number where they differ.

    A choice may also be the id of the shelter the row is, of those that were proposed.
    """

    duplicates: Duplicates = Duplicates.SKIP
    choices: dict[str, Duplicates | UUID] = Field(default_factory=dict, max_length=20_000)
    leave_out: bool = False
