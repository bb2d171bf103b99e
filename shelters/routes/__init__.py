"""Shelters over HTTP: the API, the pages, the imports, the public list."""

from shelters.routes import api
from shelters.routes.blueprint import blueprint

__all__ = ["api", "blueprint"]
