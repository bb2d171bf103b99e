"""Changing households and cases: each in the caller's transaction, recorded once."""

from relief_ops.cases.services.cases import fen, open_case, put_case, put_state
from relief_ops.cases.services.households import put_household, read_person, register
from relief_ops.cases.services.intakes import intake

__all__ = [
    "fen",
    "intake",
    "open_case",
    "put_case",
    "put_household",
    "put_state",
    "read_person",
    "register",
]
