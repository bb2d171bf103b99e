"""The routes of goods that come back."""

from stockpile.recovery.routes import pages
from stockpile.recovery.routes.api import blueprint

__all__ = ["blueprint", "pages"]
