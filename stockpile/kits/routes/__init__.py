"""The routes of kits."""

from stockpile.kits.routes import pages
from stockpile.kits.routes.api import blueprint

__all__ = ["blueprint", "pages"]
