"""The routes of boxes."""

from stockpile.boxes.routes import pages, phone
from stockpile.boxes.routes.api import blueprint

__all__ = ["blueprint", "pages", "phone"]
