"""The words of boxes, in the reader's language."""

from __future__ import annotations

from relief_ops.i18n import gettext as _
from stockpile.boxes.queries.tracing import PROMISED, READ
from stockpile.boxes.rules import HANDED_OUT, PACKED, Stage
from stockpile.routes.wording import MOVES
from stockpile.transport.routes.wording import step_words


def stage_words() -> dict[str, str]:
    """Return what is said of a box."""
    return {
        Stage.LOADED: _("loaded"),
        Stage.ARRIVED: _("arrived"),
        Stage.DAMAGED: _("arrived damaged"),
        Stage.OPENED: _("opened"),
    }


def link_words() -> dict[str, str]:
    """Return what each link of the way of a box is called."""
    read = {
        READ + Stage.LOADED: _("box loaded"),
        READ + Stage.ARRIVED: _("box arrived"),
        READ + Stage.DAMAGED: _("box arrived damaged"),
        READ + Stage.OPENED: _("box opened"),
    }
    own = {PROMISED: _("promised"), PACKED: _("packed"), HANDED_OUT: _("handed to a household")}
    taken_in = {code: str(words) for code, words in MOVES.items()}
    return {**taken_in, **step_words(), **read, **own}


def gap_words() -> dict[str, str]:
    """Return what it is called that nobody told of the way of a box."""
    steps = link_words()
    own = {str(each): steps[READ + each] for each in Stage}
    return {**steps, **own}
