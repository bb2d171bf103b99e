"""Policies and claims over HTTP: the API and the page."""

from damage_reports.insurance.routes import api, pages
from damage_reports.insurance.routes.blueprint import blueprint

__all__ = ["api", "blueprint", "pages"]
