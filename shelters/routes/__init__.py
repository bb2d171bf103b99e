"""Shelters over HTTP: the API, the pages, the forms, the files, the imports, the public list."""

from shelters.routes import (
    api,
    files,
    forms,
    imports,
    occupancy,
    pages,
    public,
    safety,
    safety_pages,
)
from shelters.routes.blueprint import blueprint

__all__ = [
    "api",
    "blueprint",
    "files",
    "forms",
    "imports",
    "occupancy",
    "pages",
    "public",
    "safety",
    "safety_pages",
]
