"""Words of the movements a person books, on screen."""

from __future__ import annotations

from relief_ops.i18n import lazy
from stockpile.rules import Move

# What goods already there may do, in the words of the trade; taking in and counting have
# pages of their own.
ACTS = {
    Move.ISSUE: lazy("Issue goods"),
    Move.TRANSFER: lazy("Move to another store"),
    Move.WRITE_OFF: lazy("Write off"),
    Move.LOAN: lazy("Lend out"),
    Move.LOAN_BACK: lazy("Brought back"),
}
# Why, for whom: what the one field of words is for.
REASONS = {
    Move.ISSUE: lazy("To whom, and what for"),
    Move.TRANSFER: lazy("Why it is moved"),
    Move.WRITE_OFF: lazy("Why it is written off"),
    Move.LOAN: lazy("Who borrows it"),
    Move.LOAN_BACK: lazy("Who brings it back"),
}
REASON_REQUIRED = (Move.WRITE_OFF, Move.LOAN, Move.LOAN_BACK)
