"""Rosters over HTTP: the API, the pages, the files."""

from damage_reports.rosters.routes import api, entering, files, matches, pages, phone
from damage_reports.rosters.routes.blueprint import blueprint

__all__ = ["api", "blueprint", "entering", "files", "matches", "pages", "phone"]
