"""The routes of allocation plans."""

from stockpile.plans.routes import orders, pages, papers
from stockpile.plans.routes.api import blueprint

__all__ = ["blueprint", "orders", "pages", "papers"]
