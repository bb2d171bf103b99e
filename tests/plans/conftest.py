"""The people of the lists, for plans made of them."""

from tests.evacuation.conftest import browse, keeper, leader  # noqa: F401
