"""The routes of requests to the level above."""

from stockpile.requests.routes import pages
from stockpile.requests.routes.api import blueprint

__all__ = ["blueprint", "pages"]
