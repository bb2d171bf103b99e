"""The routes of allocation plans."""

from stockpile.plans.routes import pages
from stockpile.plans.routes.api import blueprint

__all__ = ["blueprint", "pages"]
