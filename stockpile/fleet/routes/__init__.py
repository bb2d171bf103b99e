"""The routes of the trucks of depots."""

from stockpile.fleet.routes import pages
from stockpile.fleet.routes.api import blueprint

__all__ = ["blueprint", "pages"]
