"""The routes of the road."""

from stockpile.transport.routes import driver, pages
from stockpile.transport.routes.api import blueprint

__all__ = ["blueprint", "driver", "pages"]
