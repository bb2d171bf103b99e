"""Evacuation over HTTP: the API, the board, the papers of orders."""

from shelters.evacuation.routes import (
    api,
    board,
    changing,
    doors,
    dwellings,
    entering,
    imports,
    lookups,
    orders,
    orders_api,
    pages,
    phone,
    slips,
    turns,
)
from shelters.evacuation.routes.blueprint import blueprint

__all__ = [
    "api",
    "blueprint",
    "board",
    "changing",
    "doors",
    "dwellings",
    "entering",
    "imports",
    "lookups",
    "orders",
    "orders_api",
    "pages",
    "phone",
    "slips",
    "turns",
]
