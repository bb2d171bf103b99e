"""Words of the stockpile on screen."""

from __future__ import annotations

from relief_ops.disasters.items.rules import Book, ItemClass
from relief_ops.disasters.needs.rules import Basis
from relief_ops.i18n import lazy
from stockpile.rules import Move

BOOKS = {Book.RELIEF: lazy("Relief goods"), Book.FLOOD: lazy("Flood-fighting goods")}
CLASSES = {
    ItemClass.BEDDING: lazy("Bedding"),
    ItemClass.TENTS: lazy("Tents"),
    ItemClass.GEAR: lazy("Gear"),
    ItemClass.FOOD: lazy("Food and water"),
    ItemClass.PACKS: lazy("Packs"),
    ItemClass.RESCUE: lazy("Rescue"),
    ItemClass.FLOOD: lazy("Flood defence"),
    ItemClass.HYGIENE: lazy("Hygiene"),
    ItemClass.SIGNAL: lazy("Communication"),
}
NEED_STATES = {
    "open": lazy("not yet promised"),
    "partly_promised": lazy("partly promised"),
    "promised": lazy("promised"),
    "shipped": lazy("on the road"),
    "received": lazy("received"),
    "substituted": lazy("asked for as stand-ins"),
    "withdrawn": lazy("withdrawn"),
}
BASES = {
    Basis.FORECAST: lazy("forecast"),
    Basis.MOVE: lazy("moves of stock"),
    Basis.REQUEST: lazy("asked by a depot"),
    Basis.SUBSTITUTE: lazy("stand-in"),
}
SHIPMENT_STATES = {
    "on_the_way": lazy("on the road"),
    "received": lazy("received"),
    "turned_back": lazy("turned back"),
}
MOVES = {
    "receive": lazy("received into stock"),
    "donation": lazy("donated"),
    "transfer": lazy("transferred"),
    "issue": lazy("issued"),
    "return": lazy("returned"),
    "count": lazy("count difference"),
    "write_off": lazy("written off"),
    "correction": lazy("corrected"),
    "dispatch": lazy("dispatched"),
    "delivery": lazy("delivered"),
    "turn_back": lazy("turned back"),
    "shortage": lazy("missing on arrival"),
    "damage": lazy("damaged on the road"),
    "surplus": lazy("surplus on arrival"),
    "collect": lazy("collected, to be graded"),
    "restock": lazy("graded good, back in stock"),
    "scrap": lazy("scrapped"),
    "assemble": lazy("kits put together"),
    "dismantle": lazy("kits taken apart"),
    "loan": lazy("lent"),
    "loan_back": lazy("brought back from a loan"),
}
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
