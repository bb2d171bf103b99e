"""The routes of handouts."""

from stockpile.handouts.routes import desks, pages, phone
from stockpile.handouts.routes.api import blueprint

__all__ = ["blueprint", "desks", "pages", "phone"]
