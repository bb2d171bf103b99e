"""Changing at the door of a shelter: who is looked for, let go, divided, or was there once."""

from shelters.check_in.services.division import put_division
from shelters.check_in.services.doors import check_out, find, read_stay, record_sought
from shelters.check_in.services.past_stays import put_past_stay

__all__ = ["check_out", "find", "put_division", "put_past_stay", "read_stay", "record_sought"]
