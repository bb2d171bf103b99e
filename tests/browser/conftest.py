"""What pages are drawn of besides the real disaster."""

from tests.damage_reports.conftest import drill  # noqa: F401  a drill whose clock moves
