"""What asking for goods by a report adds to the application."""

from damage_reports.goods import events, routes
from relief_ops.plugins import Plugin

PLUGIN = Plugin(
    name="report_goods",
    blueprints=(routes.blueprint,),
    events=(events.GoodsAsked,),
)
