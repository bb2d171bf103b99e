"""Who makes kits in these tests."""

from tests.stockpile.conftest import keeper, manager, reporter  # noqa: F401
