"""Journeys use the browser of tests/browser."""

from tests.browser.conftest import browser, faults, open_page

__all__ = ["browser", "faults", "open_page"]
