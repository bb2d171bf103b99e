"""Changing the stockpile. Locks are taken in one order: needs, then balances by id."""

from stockpile.services.counting import withdraw as withdraw_claim
from stockpile.services.depots import put_depot
from stockpile.services.intake import book_file, row_id
from stockpile.services.movements import put_movement
from stockpile.services.promises import (
    check_not_own,
    give_back,
    promise,
    release_reservation,
    reserve,
)
from stockpile.services.shipments import dispatch, receive, turn_back

__all__ = [
    "book_file",
    "check_not_own",
    "dispatch",
    "give_back",
    "promise",
    "put_depot",
    "put_movement",
    "receive",
    "release_reservation",
    "reserve",
    "row_id",
    "turn_back",
    "withdraw_claim",
]
