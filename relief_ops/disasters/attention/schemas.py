"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from relief_ops.disasters.attention.rules import Act
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict


class Mark(Strict):
    """Do something with an entry of the queue; snoozing needs an end and a reason."""

    act: Act
    until: AwareDatetime | None = None
    reason: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _snooze_is_explained(self) -> Mark:
        if self.act == Act.SNOOZE and (self.until is None or not self.reason.strip()):
            raise ValueError(_("Say until when, and why."))
        return self
