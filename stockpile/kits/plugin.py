"""What kits add to the application."""

from relief_ops.plugins import Check, Plugin
from stockpile.kits import events, queries, routes

PLUGIN = Plugin(
    name="kits",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(events.KitsAssembled, events.KitsDismantled),
    checks=(Check(id="stock.kits", run=queries.acts_agree),),
)
