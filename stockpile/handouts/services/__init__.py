"""Writing handouts, and reading that is recorded."""

from stockpile.handouts.services.door import give_out
from stockpile.handouts.services.forgetting import forget_handouts
from stockpile.handouts.services.handing import put_handout
from stockpile.handouts.services.looking_up import Entitled, entitlement, in_full, shown
from stockpile.handouts.services.settling import identify, settle, take_back

__all__ = [
    "Entitled",
    "entitlement",
    "forget_handouts",
    "give_out",
    "identify",
    "in_full",
    "put_handout",
    "settle",
    "shown",
    "take_back",
]
