"""Evacuation plans over HTTP: the API, and the pages."""

from shelters.plans.routes import pages as _pages  # noqa: F401  its pages
from shelters.plans.routes import printing as _printing  # noqa: F401  its paper and its map
from shelters.plans.routes.api import blueprint

__all__ = ["blueprint"]
