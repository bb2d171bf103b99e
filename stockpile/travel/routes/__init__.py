"""The routes of travel times."""

from stockpile.travel.routes import imports, pages
from stockpile.travel.routes.api import blueprint

__all__ = ["blueprint", "imports", "pages"]
