"""The base of every shape at the border."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Declared fields only. Built when first asked for: a process pays for what it uses."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
