"""What an event is: a frozen dataclass of ids, codes, numbers, instants and points."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar, NewType
from uuid import UUID

Code = NewType("Code", str)
Point = tuple[float, float]
CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")
PLAIN: tuple[Any, ...] = (UUID, int, bool, datetime, date, Code, Point, type(None))


class Audience(StrEnum):
    """Who may hear of it: everyone, any signed-in user, or the areas concerned."""

    PUBLIC = "public"
    SHARED = "shared"
    AREA = "area"


@dataclass(frozen=True)
class Event:
    """The base of all events. Subclasses name themselves and may hold no free text."""

    name: ClassVar[str]
    permission: ClassVar[str]
    audience: ClassVar[Audience] = Audience.AREA

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            _known[cls.name] = cls

    def payload(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, each checked against what may be said."""
        return {each.name: _plain(each.name, getattr(self, each.name)) for each in fields(self)}


_known: dict[str, type[Event]] = {}


def known() -> Mapping[str, type[Event]]:
    """Return every event class by its name."""
    return _known


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and CODE.fullmatch(value):
        return value
    if isinstance(value, tuple) and all(isinstance(each, float) for each in value):
        return list(value)
    raise TypeError(f"{name}={value!r} may not be said in an event")


def field_types(event: type[Event]) -> dict[str, tuple[Any, ...]]:
    """Return the allowed types of each field, unions taken apart, for the house rule."""
    hints = typing.get_type_hints(event)
    return {
        each.name: typing.get_args(hints[each.name]) or (hints[each.name],)
        for each in fields(event)
    }
