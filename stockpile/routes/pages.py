"""The stockpile's pages."""

from __future__ import annotations

from apiflask import APIBlueprint

blueprint = APIBlueprint("stock", __name__, template_folder="../templates", enable_openapi=False)
