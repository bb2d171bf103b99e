"""Changing shelters: register, life cycle, headcounts, arrivals, imports, safety checks, photos."""

from shelters.services.arrivals import put_arrival, put_identity, put_presence
from shelters.services.headcounts import put_headcount, settle
from shelters.services.leaving import depart
from shelters.services.life_cycle import put_state
from shelters.services.members import put_members
from shelters.services.photos import put_photo, withdraw_photo
from shelters.services.register import put_shelter, read_contact
from shelters.services.safety import put_check, withdraw_check

__all__ = [
    "depart",
    "put_arrival",
    "put_check",
    "put_headcount",
    "put_identity",
    "put_members",
    "put_photo",
    "put_presence",
    "put_shelter",
    "put_state",
    "read_contact",
    "settle",
    "withdraw_check",
    "withdraw_photo",
]
