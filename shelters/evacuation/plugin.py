"""What evacuation adds to the application."""

from relief_ops.plugins import Check, Plugin
from shelters.evacuation import events, queries, routes, services

PLUGIN = Plugin(
    name="evacuation",
    blueprints=(routes.blueprint,),
    permissions=(
        "evacuation.read",
        "evacuation.write",
        "evacuation.order",
        "evacuation.record",
        "evacuation.read_full",
    ),
    events=(
        events.RiskPointWritten,
        events.CadreWritten,
        events.HouseholdListed,
        events.ImportChecked,
        events.ListImported,
        events.HouseholdsRead,
        events.ListExported,
        events.OrderGiven,
        events.OrderLifted,
        events.ReturnAllowed,
        events.HouseholdsMoved,
    ),
    arrivals=(services.hear_arrival,),
    checks=(Check(id="evacuation", run=queries.disagreements),),
)
