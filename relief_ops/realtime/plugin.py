"""What the live layer adds to the application."""

from relief_ops.plugins import Plugin
from relief_ops.realtime import routes

PLUGIN = Plugin(name="realtime", blueprints=(routes.blueprint,), permissions=("event.read",))
