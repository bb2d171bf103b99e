"""The stockpile over HTTP: the API, the pages, and the forms that work without JavaScript."""

from stockpile.routes import (
    card,
    catalogue,
    depots,
    forms,
    intake,
    lending,
    moving,
    shipping,
    value,
)
from stockpile.routes.api import blueprint as api
from stockpile.routes.pages import blueprint as pages

__all__ = [
    "api",
    "card",
    "catalogue",
    "depots",
    "forms",
    "intake",
    "lending",
    "moving",
    "pages",
    "shipping",
    "value",
]
