"""What can happen to a file. Pieces are the way it takes, and no event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class FileDeclared(Event):
    """Somebody said which file they will send: its size and its hash."""

    name: ClassVar[str] = "file.declared"
    permission: ClassVar[str] = "file.send"

    file_id: UUID
    size: int
    sha256: Code


@dataclass(frozen=True)
class FileReceived(Event):
    """A file is here whole and is what was declared; `known`: its content was here before."""

    name: ClassVar[str] = "file.received"
    permission: ClassVar[str] = "file.send"

    file_id: UUID
    size: int
    sha256: Code
    known: bool


@dataclass(frozen=True)
class FileExpired(Event):
    """A file was not finished in time: its pieces are gone. It can be sent again from its start."""

    name: ClassVar[str] = "file.expired"
    permission: ClassVar[str] = "file.send"

    file_id: UUID
