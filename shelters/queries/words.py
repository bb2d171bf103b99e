"""A state in the reader's words, where a query or an error must say it."""

from __future__ import annotations

from relief_ops.i18n import gettext as _
from relief_ops.i18n import worded
from shelters.rules import State


@worded
def state_words(state: str) -> str:
    """Return a state in the reader's words."""
    return {
        State.STANDBY: _("standing by"),
        State.PREPARING: _("being prepared"),
        State.OPEN: _("open"),
        State.FULL: _("full"),
        State.CLOSING: _("being closed"),
        State.CLOSED: _("closed"),
    }[State(state)]
