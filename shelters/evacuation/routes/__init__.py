"""Evacuation over HTTP: the API first."""

from shelters.evacuation.routes import api, orders_api
from shelters.evacuation.routes.blueprint import blueprint

__all__ = ["api", "blueprint", "orders_api"]
