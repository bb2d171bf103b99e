"""What evacuation plans add to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import MapLayer, Plugin
from shelters.plans import events, jobs, queries, routes

PLUGIN = Plugin(
    name="evacuation_plans",
    blueprints=(routes.blueprint,),
    permissions=("evacuation.plan", "evacuation.apply"),
    events=(events.PlanAsked, events.PlanMade, events.PlanChanged, events.PlanApplied),
    map_layers=(
        MapLayer(
            id="evacuation_flows",
            title=lazy("Evacuation flows"),
            audience="area",
            features=queries.flows,
            drawn_as="line",
            on=False,
            events=(
                "evacuation.plan_made", "evacuation.plan_changed", "evacuation.plan_applied",
            ),
        ),
    ),
    attention=(queries.attention,),
    listed_home=(queries.home_of,),
    places_promised=(queries.promised,),
    jobs=(jobs.PLAN,),
)  # fmt: skip
