"""The routes of emergency plans."""

from shelters.contingency.routes import pages
from shelters.contingency.routes.api import blueprint

__all__ = ["blueprint", "pages"]
