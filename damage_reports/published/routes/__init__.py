"""What was published, over HTTP: the API, and the page."""

from damage_reports.published.routes import pages as _pages  # noqa: F401  its page
from damage_reports.published.routes.api import blueprint

__all__ = ["blueprint"]
