"""What goods that come back add to the application."""

from relief_ops.plugins import Check, Plugin
from stockpile.recovery import events, queries, routes

PLUGIN = Plugin(
    name="recovery",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(events.GoodsCollected, events.GoodsGraded, events.GoodsScrapped),
    attention=(queries.attention,),
    checks=(Check(id="stock.recovery", run=queries.apart_adds_up),),
)
