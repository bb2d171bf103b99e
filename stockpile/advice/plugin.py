"""What advice on moves adds to the application."""

from relief_ops.plugins import Plugin
from stockpile.advice import routes

PLUGIN = Plugin(name="stock_advice", blueprints=(routes.blueprint,))
