"""The routes of handouts."""

from stockpile.handouts.routes import desks, pages
from stockpile.handouts.routes.api import blueprint

__all__ = ["blueprint", "desks", "pages"]
