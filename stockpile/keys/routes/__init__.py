"""The routes of the keys of depots."""

from stockpile.keys.routes import pages
from stockpile.keys.routes.api import blueprint

__all__ = ["blueprint", "pages"]
