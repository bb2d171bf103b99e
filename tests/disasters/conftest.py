"""Browsers without scripts, and a drill."""

from tests.damage_reports.conftest import browse, drill

__all__ = ["browse", "drill"]
