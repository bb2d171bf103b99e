"""Disasters over HTTP: the API, and the pages."""

from relief_ops.disasters.routes import pages as _pages  # noqa: F401  its pages
from relief_ops.disasters.routes.api import blueprint, look
from relief_ops.disasters.routes.words import kind_words

__all__ = ["blueprint", "kind_words", "look"]
