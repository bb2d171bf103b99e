"""The routes of handouts."""

from stockpile.handouts.routes.api import blueprint

__all__ = ["blueprint"]
