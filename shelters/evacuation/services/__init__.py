"""Changing the lists, giving orders, and saying where everybody stands."""

from shelters.evacuation.services.arriving import hear_arrival
from shelters.evacuation.services.deputies import tell_deputies
from shelters.evacuation.services.directing import direct
from shelters.evacuation.services.dwellings import held_rows, judge
from shelters.evacuation.services.lists import put_cadre, put_household, put_risk_point
from shelters.evacuation.services.lookups import look_up
from shelters.evacuation.services.orders import (
    allow_return,
    lift,
    put_order,
    revise,
    room_for,
)
from shelters.evacuation.services.reading import export, read_rows
from shelters.evacuation.services.steps import held, put_act, shown_steps

__all__ = [
    "allow_return",
    "direct",
    "export",
    "hear_arrival",
    "held",
    "held_rows",
    "judge",
    "lift",
    "look_up",
    "put_act",
    "put_cadre",
    "put_household",
    "put_order",
    "put_risk_point",
    "read_rows",
    "revise",
    "room_for",
    "shown_steps",
    "tell_deputies",
]
