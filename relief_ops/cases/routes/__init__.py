"""Households, persons, intakes and cases over HTTP: the API, the worklist, the window."""

from relief_ops.cases.routes import api, pages, window
from relief_ops.cases.routes.blueprint import blueprint

__all__ = ["api", "blueprint", "pages", "window"]
