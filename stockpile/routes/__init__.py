"""The stockpile over HTTP: the API, and the pages."""

from stockpile.routes.api import blueprint as api
from stockpile.routes.pages import blueprint as pages

__all__ = ["api", "pages"]
