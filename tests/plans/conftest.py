"""The people of the lists, for plans made of them."""

from tests.damage_reports.conftest import drill  # noqa: F401  a drill whose clock moves
from tests.evacuation.conftest import browse, keeper, leader  # noqa: F401
