"""The routes of agreements with suppliers."""

from stockpile.suppliers.routes import pages
from stockpile.suppliers.routes.api import blueprint

__all__ = ["blueprint", "pages"]
