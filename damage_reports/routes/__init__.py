"""Reports over HTTP: the API, and the pages."""

from damage_reports.routes.api import blueprint as api
from damage_reports.routes.pages import blueprint as pages

__all__ = ["api", "pages"]
