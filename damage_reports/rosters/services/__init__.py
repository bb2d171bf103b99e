"""Changing rosters, and reading them in full."""

from damage_reports.rosters.services.matches import put_match
from damage_reports.rosters.services.reading import export, read_row
from damage_reports.rosters.services.rows import put_row

__all__ = ["export", "put_match", "put_row", "read_row"]
