"""The relief-work form over HTTP: the API, and the pages."""

from damage_reports.relief_work.routes import api as _api  # noqa: F401  its routes
from damage_reports.relief_work.routes import entering as _entering  # noqa: F401  its pages
from damage_reports.relief_work.routes import pages as _pages  # noqa: F401  its pages
from damage_reports.relief_work.routes.blueprint import blueprint

__all__ = ["blueprint"]
