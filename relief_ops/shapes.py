"""The base of every shape at the border."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

# What examples speak of: a disaster, a place, a household or a lot, and an area, all made up.
SOME_DISASTER = "01a20000-0000-7000-8000-000000000001"
SOME_PLACE = "01a20000-0000-7000-8000-000000000002"
SOME_THING = "01a20000-0000-7000-8000-000000000003"
SOME_AREA = "990101001000"


class Strict(BaseModel):
    """Declared fields only. Built when first asked for: a process pays for what it uses."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def example(**fields: Any) -> ConfigDict:
    """Return the settings of a shape that shows these fields in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
